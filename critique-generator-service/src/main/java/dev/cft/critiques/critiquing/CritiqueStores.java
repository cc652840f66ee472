package dev.cft.critiques.critiquing;

import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.store.datasets.Datasets;
import org.springframework.stereotype.Component;

/// What a critique job reads and writes.
@Component
record CritiqueStores(
    Datasets datasets, StoredCritiques critiques, TeacherUsages usages, TeacherBatches batches) {}
