package dev.cft.critiques.prompts;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// The prompt versions.
@RestController
@RequestMapping("/v1/critiques/prompts")
class PromptsController {
  private final Prompts prompts;

  PromptsController(Prompts prompts) {
    this.prompts = prompts;
  }

  @GetMapping
  ListResponse<CritiquePrompt> list() {
    return ListResponse.whole(prompts.all(), CritiquePrompt::version);
  }

  @GetMapping("/{version}")
  CritiquePrompt get(@PathVariable String version) {
    return prompts.find(version).orElseThrow(() -> ApiException.notFound("prompt", version));
  }
}
