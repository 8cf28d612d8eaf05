package gate.dsl;

import groovy.lang.GroovyClassLoader;
import groovy.transform.CompileStatic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.codehaus.groovy.ast.AnnotationNode;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.Phases;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.control.messages.ExceptionMessage;
import org.codehaus.groovy.control.messages.Message;
import org.codehaus.groovy.control.messages.SimpleMessage;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.syntax.SyntaxException;

/** The Groovy compiler, set up for legs. */
final class Groovy {
  private static final Set<String> NO_TRANSFORMS =
      Set.of("groovy.grape.GrabAnnotationTransformation");

  private Groovy() {}

  /**
   * Compiles a script.
   *
   * @param className the script's class
   * @return class files by class name; empty where {@code faults} says what is wrong
   */
  static Map<String, byte[]> compile(
      String text, String fileName, String className, Declared declared, Faults faults) {
    CompilerConfiguration options = new CompilerConfiguration();
    options.setScriptBaseClass(LegScript.class.getName());
    options.setTargetBytecode(CompilerConfiguration.JDK21);
    options.setDisabledGlobalASTTransformations(NO_TRANSFORMS);
    // a cast is all that it would be used for, and takes long to link
    options.getOptimizationOptions().put(CompilerConfiguration.INVOKEDYNAMIC, false);
    options.addCompilationCustomizers(
        reader(
            CompilePhase.CONVERSION,
            faults,
            source -> {
              source.getAST().getClasses().forEach(Groovy::checkTypes);
              new Words(source, declared, faults).read(source.getAST());
            }),
        reader(
            CompilePhase.CANONICALIZATION,
            faults,
            source -> source.getAST().getClasses().forEach(new Types(source, faults)::visitClass)));
    try (GroovyClassLoader loader =
        new GroovyClassLoader(LegScript.class.getClassLoader(), options)) {
      loader.setResourceLoader(_ -> null);
      CompilationUnit unit = new CompilationUnit(options, null, loader);
      unit.addSource(
          new SourceUnit(
              fileName,
              text,
              options,
              loader,
              new org.codehaus.groovy.control.ErrorCollector(options)) {
            @Override
            public String getName() {
              return className + ".groovy";
            }
          });
      unit.compile(Phases.CLASS_GENERATION);
      Map<String, byte[]> classes = new LinkedHashMap<>();
      unit.getClasses().forEach(it -> classes.put(it.getName(), it.getBytes()));
      return classes;
    } catch (MultipleCompilationErrorsException e) {
      if (faults.isEmpty()) {
        List<? extends Message> messages = e.getErrorCollector().getErrors();
        messages.forEach(message -> tell(message, declared, faults));
      }
      return Map.of();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * As if {@code @CompileStatic} stood there; Groovy's own ASTTransformationCustomizer does the
   * same, but is dynamic Groovy itself, and long to begin.
   */
  private static void checkTypes(ClassNode type) {
    type.addAnnotation(new AnnotationNode(ClassHelper.make(CompileStatic.class)));
  }

  private interface Reading {
    void read(SourceUnit source);
  }

  /** Reads the script in a phase, once; faults end the compilation with that phase. */
  private static CompilationCustomizer reader(CompilePhase phase, Faults faults, Reading reading) {
    return new CompilationCustomizer(phase) {
      private boolean done;

      @Override
      public void call(SourceUnit source, GeneratorContext context, ClassNode type) {
        if (!done) {
          done = true;
          reading.read(source);
          if (!faults.isEmpty()) {
            source
                .getErrorCollector()
                .addErrorAndContinue(new SimpleMessage("see the faults", source));
          }
        }
      }
    };
  }

  private static void tell(Message message, Declared declared, Faults faults) {
    switch (message) {
      case SyntaxErrorMessage syntax -> {
        SyntaxException cause = syntax.getCause();
        Complaint complaint =
            Complaint.of(
                cause.getOriginalMessage(),
                faults.before(cause.getLine(), cause.getStartColumn()),
                faults.before(Integer.MAX_VALUE, 1));
        faults.add(
            cause.getLine(), cause.getStartColumn(), complaint.message(), complaint.suggestion());
      }
      case ExceptionMessage exception ->
          faults.add(
              0,
              0,
              "the script can't be compiled: " + exception.getCause(),
              Optional.of("simplify it"));
      case SimpleMessage simple -> faults.add(0, 0, simple.getMessage(), Optional.empty());
      default -> faults.add(0, 0, "the script can't be compiled", Optional.of("simplify it"));
    }
  }
}
