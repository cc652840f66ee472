package dev.cft.critiques.teachers;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Who can be asked for critiques. Operators configure them; requests cannot.
@RestController
@RequestMapping("/v1/teachers")
class TeachersController {
  private final Teachers teachers;
  private final TeacherUsages usages;

  TeachersController(Teachers teachers, TeacherUsages usages) {
    this.teachers = teachers;
    this.usages = usages;
  }

  @GetMapping
  ListResponse<TeacherView> list() {
    return ListResponse.whole(teachers.all().stream().map(this::view).toList(), TeacherView::id);
  }

  @GetMapping("/{name}")
  TeacherView get(@PathVariable String name) {
    return teachers
        .find(name)
        .map(this::view)
        .orElseThrow(() -> ApiException.notFound("teacher", name));
  }

  private TeacherView view(ConfiguredTeacher teacher) {
    return TeacherView.of(teacher, usages.of(teacher.name()));
  }
}
