package dev.cft.critiques.making;

import dev.cft.critiques.operations.Operation;
import dev.cft.critiques.operations.Operations;
import dev.cft.service.errors.ApiException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.AssertTrue;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads operations from a request, with all faults.
@Component
class OperationReader {
  private static final String PARAM = "operations";

  private final JsonMapper mapper;
  private final Validator validator;

  OperationReader(JsonMapper mapper, Validator validator) {
    this.mapper = mapper;
    this.validator = validator;
  }

  /// The operations.
  ///
  /// @throws ApiException naming what is wrong where
  List<Operation> read(@Nullable List<ObjectNode> sent) {
    var operations = new ArrayList<Operation>();
    var faults = new ArrayList<String>();
    for (var json : sent == null ? List.<ObjectNode>of() : sent) {
      var place = "%s[%d]".formatted(PARAM, operations.size());
      var operation = read(json, place, operations.size());
      validator.validate(operation).stream()
          .map(fault -> place + words(fault))
          .sorted()
          .forEach(faults::add);
      operations.add(operation);
    }
    if (faults.isEmpty()) {
      faults.addAll(Operations.faults(operations));
    }
    if (!faults.isEmpty()) {
      throw ApiException.badRequest("invalid_operations", String.join("; ", faults) + ".", PARAM);
    }
    return operations;
  }

  /// What is wrong with the operation as a whole says so in its own words.
  private static String words(ConstraintViolation<Operation> fault) {
    var isWhole = fault.getConstraintDescriptor().getAnnotation() instanceof AssertTrue;
    return (isWhole ? " " : "." + fault.getPropertyPath() + " ") + fault.getMessage();
  }

  private Operation read(ObjectNode json, String place, int index) {
    var type = json.path("type").asString("");
    if (!Operation.types().contains(type)) {
      throw ApiException.badRequest(
          "unknown_operation",
          "%s.type must be one of %s, got %s."
              .formatted(
                  place,
                  String.join(", ", Operation.types()),
                  json.has("type") ? json.get("type") : "nothing"),
          place + ".type");
    }
    try {
      return mapper.treeToValue(json, Operation.class);
    } catch (JacksonException e) {
      e.prependPath(List.class, index);
      e.prependPath(MakeDataset.class, PARAM);
      throw new HttpMessageNotReadableException("operations", e, new Empty());
    }
  }

  /// The body was read already.
  private static final class Empty implements HttpInputMessage {
    @Override
    public InputStream getBody() {
      return InputStream.nullInputStream();
    }

    @Override
    public HttpHeaders getHeaders() {
      return HttpHeaders.EMPTY;
    }
  }
}
