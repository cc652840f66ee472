package dev.cft.critiques.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.Progress;
import dev.cft.store.jobs.QueuePlace;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A job as `/v1/critiques/jobs` and `/v1/responses/jobs` show it.
///
/// @param object `critique.job` or `response.job`
/// @param status as in `/v1/jobs`
/// @param stage what it does now, in words
/// @param spec what it was asked to do
/// @param dataset where its rows go, from the first one on
/// @param queue place and reason while it does not run
/// @param estimatedFinish in Unix seconds, from its own pace
public record JobView(
    String id,
    String object,
    String status,
    @Nullable String stage,
    ObjectNode spec,
    String dataset,
    Progress progress,
    @Nullable QueuePlace queue,
    List<String> needs,
    int priority,
    int attempts,
    @Nullable Map<String, String> metadata,
    long createdAt,
    @Nullable Long startedAt,
    @Nullable Long finishedAt,
    @Nullable Long estimatedFinish,
    @Nullable ObjectNode result,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable JobError error) {}
