package dev.cft.eval.evals;

import dev.cft.eval.requests.Faults;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads items from files, datasets and requests, and checks that an eval can use them.
@Component
public class Items {
  /// Most items of an eval: far above any benchmark (our choice; MMLU-Pro has 12,032).
  static final int MOST = 100_000;

  private final StoredFiles files;
  private final Datasets datasets;

  Items(StoredFiles files, Datasets datasets) {
    this.files = files;
    this.datasets = datasets;
  }

  /// An item and how to name its place to the user: `line 3`.
  record Placed(String place, ObjectNode item) {}

  /// Items of a file or dataset; faults told under `param`.
  public List<ObjectNode> from(
      String id,
      String param,
      List<Criterion> criteria,
      List<PromptMessage> prompt,
      Faults faults) {
    return checked(read(id, param, faults), param, criteria, prompt, faults);
  }

  /// Items that a request brings: objects of `item` and perhaps `sample`.
  public List<ObjectNode> given(
      JsonNode content,
      String param,
      List<Criterion> criteria,
      List<PromptMessage> prompt,
      Faults faults) {
    var items = new ArrayList<Placed>();
    for (var i = 0; i < content.size(); i++) {
      if (content.get(i).path("item") instanceof ObjectNode item) {
        items.add(new Placed("content[%d]".formatted(i), item));
      } else {
        faults.add("%s[%d]".formatted(param, i), "must be {\"item\": {…}}");
      }
    }
    return checked(items, param, criteria, prompt, faults);
  }

  /// Rows of a file or dataset as they are; faults told under `param`.
  public List<ObjectNode> rows(String id, String param, Faults faults) {
    return read(id, param, faults).stream().map(Placed::item).toList();
  }

  private List<Placed> read(String id, String param, Faults faults) {
    if (id.startsWith("ds-")) {
      return ofDataset(id, param, faults);
    }
    if (files.find(id).isEmpty()) {
      faults.add(param, "there is no file or dataset '%s'".formatted(id));
      return List.of();
    }
    return ofFile(id, param, faults);
  }

  private List<Placed> ofDataset(String id, String param, Faults faults) {
    var dataset = datasets.find(id);
    if (dataset.isEmpty() || !dataset.get().complete()) {
      faults.add(
          param,
          dataset.isEmpty()
              ? "there is no dataset '%s'".formatted(id)
              : "dataset '%s' is not complete yet".formatted(id));
      return List.of();
    }
    var items = new ArrayList<Placed>();
    var rows = datasets.iterate(id);
    while (rows.hasNext() && items.size() <= MOST) {
      var row = rows.next();
      items.add(new Placed("row " + row.seq(), itemOf(row)));
    }
    return items;
  }

  private static ObjectNode itemOf(DatasetRow row) {
    var item = StoreJson.mapper().createObjectNode();
    if (row.extra() instanceof ObjectNode extra) {
      extra.forEachEntry(item::set);
    }
    put(item, "question", row.question());
    put(item, "answer", row.answer());
    put(item, "response", row.response());
    return item;
  }

  private static void put(ObjectNode item, String name, @Nullable String value) {
    if (value != null) {
      item.put(name, value);
    }
  }

  private List<Placed> ofFile(String id, String param, Faults faults) {
    var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    try (var lines = new BufferedReader(new InputStreamReader(files.open(id), decoder))) {
      var items = new ArrayList<Placed>();
      var number = 0;
      for (var line = lines.readLine();
          line != null && items.size() <= MOST;
          line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          readLine(line, number, param, items, faults);
        }
      }
      return items;
    } catch (CharacterCodingException e) {
      faults.add(param, "file '%s' is not UTF-8 text".formatted(id));
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("file '%s' cannot be read".formatted(id), e);
    }
  }

  private static void readLine(
      String line, int number, String param, List<Placed> items, Faults faults) {
    var place = "line " + number;
    try {
      var json =
          StoreJson.mapper()
              .readTree(number == 1 && line.startsWith("\ufeff") ? line.substring(1) : line);
      if (json instanceof ObjectNode object) {
        items.add(new Placed(place, object.get("item") instanceof ObjectNode item ? item : object));
      } else {
        faults.add(param, "%s: must be a JSON object".formatted(place));
      }
    } catch (JacksonException e) {
      faults.add(param, "%s: is not JSON: %s".formatted(place, e.getOriginalMessage()));
    }
  }

  private static List<ObjectNode> checked(
      List<Placed> items,
      String param,
      List<Criterion> criteria,
      List<PromptMessage> prompt,
      Faults faults) {
    if (items.isEmpty() && !faults.has(param)) {
      faults.add(param, "has no items; at least one is needed");
    }
    if (items.size() > MOST) {
      faults.add(param, "has more than %d items".formatted(MOST));
    }
    var fields = new TreeSet<String>();
    prompt.forEach(message -> fields.addAll(message.template().itemFields()));
    criteria.forEach(c -> c.templates().forEach(template -> fields.addAll(template.itemFields())));
    for (var placed : items) {
      check(placed, param, fields, criteria, faults);
    }
    return items.stream().map(Placed::item).toList();
  }

  private static void check(
      Placed placed, String param, Set<String> fields, List<Criterion> criteria, Faults faults) {
    var missing =
        fields.stream().filter(field -> isBlank(Template.at(placed.item(), field))).toList();
    if (!missing.isEmpty()) {
      faults.add(param, "%s: has no %s".formatted(placed.place(), String.join(", ", missing)));
      return;
    }
    for (var criterion : criteria) {
      criterion
          .objectionTo(placed.item())
          .ifPresent(objection -> faults.add(param, "%s: %s".formatted(placed.place(), objection)));
    }
  }

  private static boolean isBlank(@Nullable JsonNode value) {
    return value == null || (value.isString() && value.asString().isBlank());
  }
}
