// Swagger UI over the gateway's own addresses, with the console's key.
import { key, takeKeyFromAddress } from '/assets/api.js';

takeKeyFromAddress();
if (key()) {
  const document = (id, name) => ({ url: `/v3/api-docs/${id}`, name });
  window.SwaggerUIBundle({
    dom_id: '#api',
    urls: [
      document('all', 'all services'),
      document('services/gateway', 'gateway: jobs, keys'),
      document('services/critique-generator', 'critique-generator: files, datasets, responses, critiques'),
      document('services/trainer', 'trainer: fine-tuning, models, nodes'),
      document('services/eval', 'eval: evals, chat, experiments'),
    ],
    presets: [window.SwaggerUIBundle.presets.apis, window.SwaggerUIStandalonePreset],
    layout: 'StandaloneLayout',
    deepLinking: true,
    docExpansion: 'list',
    validatorUrl: null,
    requestInterceptor: (request) => {
      if (new URL(request.url, location.href).origin === location.origin) {
        request.headers.Authorization ??= `Bearer ${key()}`;
      }
      return request;
    },
  });
}
