package dev.cft.gateway.keys;

import dev.cft.service.errors.ApiException;
import dev.cft.service.idempotency.Idempotency;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.store.keys.ApiKey;
import dev.cft.store.keys.ApiKeys;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// `/v1/keys`.
@RestController
@RequestMapping("/v1/keys")
@Tag(name = "Keys", description = "API keys; only operators make, see and revoke them.")
class KeysController {
  private final ApiKeys keys;
  private final JsonMapper json;

  KeysController(ApiKeys keys, JsonMapper json) {
    this.keys = keys;
    this.json = json;
  }

  @PostMapping
  @Operation(summary = "Make a key; its secret is told in this answer and never again")
  ResponseEntity<KeyView> create(
      @Valid @RequestBody NewKey asked, Caller caller, HttpServletRequest request) {
    caller.mustBeOperator("make keys");
    var created = keys.create(asked.name(), asked.asRole());
    var view = KeyView.of(created.key());
    // A repetition is answered without the secret, which is kept nowhere in clear.
    request.setAttribute(Idempotency.KEPT_BODY, json.writeValueAsString(view));
    return ResponseEntity.status(HttpStatus.CREATED)
        .cacheControl(CacheControl.noStore())
        .body(view.with(created.secret()));
  }

  @GetMapping
  @Operation(summary = "All keys, without their secrets")
  ListResponse<KeyView> list(Caller caller) {
    caller.mustBeOperator("list keys");
    return ListResponse.whole(keys.list().stream().map(KeyView::of).toList(), KeyView::id);
  }

  @GetMapping("/current")
  @Operation(summary = "The key that this request was sent with")
  KeyView current(Caller caller) {
    return KeyView.of(caller.key());
  }

  @GetMapping("/{id}")
  @Operation(summary = "One key, without its secret")
  KeyView find(@PathVariable String id, Caller caller) {
    caller.mustBeOperator("see other keys");
    return known(id);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Revoke a key: it is refused from now on")
  Revoked revoke(@PathVariable String id, Caller caller) {
    caller.mustBeOperator("revoke keys");
    if (caller.id().equals(id)) {
      throw ApiException.badRequest(
          "own_key", "A key cannot revoke itself; use another operator key.", "id");
    }
    var key = known(id);
    keys.revoke(key.id());
    return new Revoked(id, KeyView.OBJECT, true);
  }

  private KeyView known(String id) {
    return keys.list().stream()
        .filter(key -> key.id().equals(id))
        .findFirst()
        .map(KeyView::of)
        .orElseThrow(() -> ApiException.notFound("key", id));
  }

  /// A key to be made.
  ///
  /// @param role `user` unless said otherwise
  record NewKey(@NotBlank @Size(max = 100) String name, @Nullable String role) {
    ApiKey.Role asRole() {
      return switch (Objects.requireNonNullElse(role, "user")) {
        case "user" -> ApiKey.Role.USER;
        case "operator" -> ApiKey.Role.OPERATOR;
        default ->
            throw ApiException.badRequest(
                "invalid_value",
                "'role' must be user or operator, was '%s'.".formatted(role),
                "role");
      };
    }
  }

  /// What deleting says.
  record Revoked(String id, String object, boolean deleted) {}
}
