package dev.cft.lm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A TorchScript module compiled from source text: every ATen operator callable, with autograd, one
/// native call a method.
public final class ScriptModule implements AutoCloseable {
  private final PtSymbolBlock block;
  private final NDManager manager;

  private ScriptModule(PtSymbolBlock block, NDManager manager) {
    this.block = block;
    this.manager = manager;
  }

  /// Compiles the resource; `attributes` become fields of the class (`Long`, `Double`, `Boolean` or
  /// an empty list).
  public static ScriptModule compile(
      Class<?> owner, String resource, String className, Map<String, Object> attributes) {
    var manager = (PtNDManager) Torch.engine().newBaseManager(Torch.device());
    try (var in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("No resource " + resource + " beside " + owner);
      }
      var source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var archive = TorchArchive.of(source, className, attributes);
      return new ScriptModule(
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false), manager);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException(e);
    }
  }

  /// A manager whose arrays live as long as this module.
  public NDManager manager() {
    return manager;
  }

  /// Calls a method with autograd. Arguments are `NDArray`s or `List<NDArray>`s; the results belong
  /// to `scope`.
  public List<NDArray> call(NDManager scope, String method, Object... arguments) {
    return run(scope, method, true, arguments);
  }

  /// Calls a method without autograd: faster, and the results cannot be trained through.
  public List<NDArray> infer(NDManager scope, String method, Object... arguments) {
    return run(scope, method, false, arguments);
  }

  private List<NDArray> run(NDManager scope, String method, boolean autograd, Object... arguments) {
    var inputs = new NDList();
    for (int i = 0; i < arguments.length; i++) {
      add(inputs, "a" + i + "[]", arguments[i]);
    }
    var name = scope.create(0f);
    name.setName("module_method:" + method);
    inputs.add(name);
    try {
      var results = IValueUtils.forward(block, inputs, autograd);
      results.attach(scope);
      return results;
    } finally {
      // Names stick to arrays, and an argument's name decides how the next call groups it.
      inputs.forEach(input -> input.setName(null));
      name.close();
    }
  }

  /// Calls a method that returns one array, without autograd, with arguments that were prepared
  /// before: a tenth of the cost of [#infer].
  public NDArray product(NDManager scope, String method, Argument... arguments) {
    var values = new IValue[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments[i].value();
    }
    try (var result = IValueUtils.runMethod(block, method, values)) {
      return result.toTensor((PtNDManager) scope);
    }
  }

  private static void add(NDList inputs, String listName, Object argument) {
    switch (argument) {
      case NDArray array -> {
        array.setName(null);
        inputs.add(array);
      }
      case List<?> arrays -> {
        if (arrays.isEmpty()) {
          throw new IllegalArgumentException("An empty list has no form in a script call");
        }
        for (Object array : arrays) {
          ((NDArray) array).setName(listName);
          inputs.add((NDArray) array);
        }
      }
      default ->
          throw new IllegalArgumentException(
              "Not an array or a list of arrays: " + argument.getClass());
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
