/// Lists by cursor, as OpenAI has them: `after`, `limit`, `order` and `has_more`.
@NullMarked
package dev.cft.service.paging;

import org.jspecify.annotations.NullMarked;
