package dev.cft.service.openapi;

import dev.cft.service.idempotency.Idempotency;
import dev.cft.service.paging.PageRequest;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.method.HandlerMethod;

/// Adds the parameters that filters and argument resolvers read.
final class CommonParameters implements GlobalOperationCustomizer {
  @Override
  public Operation customize(Operation operation, HandlerMethod handler) {
    Arrays.stream(handler.getMethodParameters())
        .filter(parameter -> parameter.getParameterType() == PageRequest.class)
        .findFirst()
        .ifPresent(parameter ->
            paging(operation, parameter.getParameterAnnotation(PageRequest.Limits.class)));
    if (handler.hasMethodAnnotation(PostMapping.class)) {
      operation.addParametersItem(
          parameter("header", Idempotency.HEADER, new StringSchema().maxLength(255))
              .description(
                  "Any text of your own: a repetition with the same key and body is answered with the"
                      + " first answer and does nothing again."));
    }
    return operation;
  }

  private static void paging(Operation operation, PageRequest.@Nullable Limits limits) {
    var most = limits == null ? 1000 : limits.most();
    var usual = limits == null ? 20 : limits.usual();
    operation.addParametersItem(
        parameter("query", "after", new StringSchema())
            .description("The id that the page follows: the `last_id` of the page before."));
    var limit = new IntegerSchema();
    limit.minimum(BigDecimal.ONE).maximum(BigDecimal.valueOf(most)).setDefault(usual);
    operation.addParametersItem(parameter("query", "limit", limit));
    var order = new StringSchema()._enum(List.of("asc", "desc"));
    order.setDefault(limits == null || limits.newestFirst() ? "desc" : "asc");
    operation.addParametersItem(
        parameter("query", "order", order).description("By time of creation; desc: newest first."));
  }

  private static Parameter parameter(String in, String name, Schema<?> schema) {
    return new Parameter().in(in).name(name).required(false).schema(schema);
  }
}
