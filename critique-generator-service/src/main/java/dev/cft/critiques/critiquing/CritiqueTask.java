package dev.cft.critiques.critiquing;

import dev.cft.critiques.prompts.CritiquePrompt;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.Question;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.jobs.JobId;
import dev.cft.store.specs.CritiquesSpec;

/// A critique job with its references resolved.
record CritiqueTask(
    JobId job,
    CritiquesSpec spec,
    ConfiguredTeacher teacher,
    CritiquePrompt prompt,
    String dataset) {
  Question question(DatasetRow row) {
    return new Question(
        String.valueOf(row.question()),
        String.valueOf(row.response()),
        row.answer(),
        prompt,
        job + "-" + row.seq());
  }
}
