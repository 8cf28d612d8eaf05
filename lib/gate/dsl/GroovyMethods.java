package gate.dsl;

import groovy.lang.Closure;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import org.codehaus.groovy.runtime.DefaultGroovyMethods;
import org.codehaus.groovy.runtime.DefaultGroovyStaticMethods;

/** What Groovy adds to scripts and closures: by such a name one would reach what isn't its own. */
final class GroovyMethods {
  private static final Set<String> NAMES = names();

  private GroovyMethods() {}

  /** Whether it adds one of that name. */
  static boolean have(String name) {
    return NAMES.contains(name);
  }

  private static Set<String> names() {
    Set<String> names = new HashSet<>();
    for (Class<?> type : Set.of(DefaultGroovyMethods.class, DefaultGroovyStaticMethods.class)) {
      for (Method method : type.getMethods()) {
        Class<?>[] parameters = method.getParameterTypes();
        if (parameters.length > 0
            && (parameters[0].isAssignableFrom(LegScript.class)
                || parameters[0].isAssignableFrom(Closure.class))) {
          names.add(method.getName());
        }
      }
    }
    return names;
  }
}
