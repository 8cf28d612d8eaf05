package gate.dsl;

import java.util.List;
import java.util.Map;

/** A script's classes, loaded on first use by a loader of their own. */
final class CompiledLeg implements LegFactory {
  private final String className;
  private final Loader loader;
  private final String file;

  private CompiledLeg(String className, Loader loader, String file) {
    this.className = className;
    this.loader = loader;
    this.file = file;
  }

  /**
   * @param file how the script is called in messages
   */
  static LegFactory of(String className, Map<String, byte[]> classes, String file) {
    return new CompiledLeg(className, new Loader(classes), file);
  }

  @Override
  public List<Step> steps(Context context) {
    try {
      Class<?> type = loader.loadClass(className);
      return ((LegScript) type.getDeclaredConstructor().newInstance()).collect(context, file);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalStateException("the compiled script " + file + " can't be loaded", e);
    }
  }

  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> classes;

    Loader(Map<String, byte[]> classes) {
      super("leg", LegScript.class.getClassLoader());
      this.classes = Map.copyOf(classes);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = classes.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
