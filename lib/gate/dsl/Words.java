package gate.dsl;

import static org.codehaus.groovy.syntax.Types.LEFT_SQUARE_BRACKET;

import gate.base.Names;
import gate.base.Shown;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.AnnotatedNode;
import org.codehaus.groovy.ast.ClassCodeExpressionTransformer;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.ArrayExpression;
import org.codehaus.groovy.ast.expr.AttributeExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.BooleanExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.ConstructorCallExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.LambdaExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.MethodPointerExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.RangeExpression;
import org.codehaus.groovy.ast.expr.UnaryMinusExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.AssertStatement;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.CatchStatement;
import org.codehaus.groovy.ast.stmt.EmptyStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.ThrowStatement;
import org.codehaus.groovy.ast.stmt.TryCatchStatement;
import org.codehaus.groovy.control.SourceUnit;

/**
 * Reads a script as it was written, before anything in it is resolved: refuses what goes round the
 * kernel, and turns {@code toggles.X}, {@code services.X} and {@code axes.X} into typed calls.
 */
final class Words extends ClassCodeExpressionTransformer {
  private static final Set<String> HIDDEN =
      Set.of(
          "this",
          "super",
          "delegate",
          "owner",
          "thisObject",
          "metaClass",
          "binding",
          "class",
          "args",
          "directive",
          "resolveStrategy",
          "property");

  private final SourceUnit source;
  private final Declared declared;
  private final Faults faults;
  private final Set<String> own = new HashSet<>();

  Words(SourceUnit source, Declared declared, Faults faults) {
    this.source = source;
    this.declared = declared;
    this.faults = faults;
  }

  @Override
  protected SourceUnit getSourceUnit() {
    return source;
  }

  /** Checks and rewrites a script. */
  void read(ModuleNode module) {
    module.getImports().forEach(this::refuseImport);
    module.getStarImports().forEach(this::refuseImport);
    module.getStaticImports().values().forEach(this::refuseImport);
    module.getStaticStarImports().values().forEach(this::refuseImport);
    if (module.getPackage() != null) {
      faults.add(module.getPackage(), "a leg has no package", "delete the line");
    }
    for (ClassNode type : module.getClasses()) {
      if (!type.isScript() && !type.isScriptBody() && type.getOuterClass() == null) {
        faults.add(
            type, "a leg declares no types", "write steps, and methods where steps share code");
      }
    }
    for (ClassNode type : module.getClasses()) {
      if (type.isScript() || type.isScriptBody()) {
        script(type);
      }
    }
  }

  private void script(ClassNode script) {
    for (MethodNode method : script.getMethods()) {
      String name = method.getName();
      if (method.getLineNumber() < 1) {
        continue; // nobody wrote it
      }
      if (name.equals("main") || Allowed.inherited(name) || GroovyMethods.have(name)) {
        faults.add(
            method,
            "a leg can't declare a method %s".formatted(Shown.value(name)),
            "give it another name");
      }
      own.add(name);
      for (var parameter : method.getParameters()) {
        local(parameter, parameter.getName());
      }
    }
    List<MethodNode> written =
        script.getMethods().stream()
            .filter(method -> method.getLineNumber() > 0 || method.getName().equals("run"))
            .toList();
    written.forEach(new Locals()::visitMethod);
    written.forEach(this::visitMethod);
  }

  /**
   * Finds annotations, and the local variables: one that holds a closure may be called like a word.
   */
  private final class Locals extends ClassCodeVisitorSupport {
    @Override
    protected SourceUnit getSourceUnit() {
      return source;
    }

    @Override
    public void visitAnnotations(AnnotatedNode node) {
      Words.this.visitAnnotations(node);
    }

    @Override
    public void visitDeclarationExpression(DeclarationExpression expression) {
      if (expression.isMultipleAssignmentDeclaration()) {
        expression.getTupleExpression().forEach(it -> local(it, it.getText()));
      } else {
        local(expression, expression.getVariableExpression().getName());
      }
      super.visitDeclarationExpression(expression);
    }

    @Override
    public void visitClosureExpression(ClosureExpression expression) {
      if (expression.getParameters() != null) {
        for (var parameter : expression.getParameters()) {
          local(parameter, parameter.getName());
        }
      }
      super.visitClosureExpression(expression);
    }
  }

  private void local(ASTNode node, String name) {
    if (Allowed.inherited(name)) {
      faults.add(
          node,
          "a leg can't call a variable %s".formatted(Shown.value(name)),
          "give it another name");
    } else {
      own.add(name);
    }
  }

  private void refuseImport(AnnotatedNode node) {
    faults.add(
        node,
        "a leg imports nothing",
        "what a leg can do stands in docs/writing-legs.md; for more run a program with `exec`");
  }

  @Override
  public void visitAnnotations(AnnotatedNode node) {
    node.getAnnotations().stream()
        .filter(annotation -> annotation.getLineNumber() > 0)
        .forEach(annotation -> faults.add(annotation, "a leg has no annotations", "delete it"));
  }

  @Override
  public Expression transform(Expression expression) {
    return switch (expression) {
      case null -> null;
      case AttributeExpression attribute -> refused(attribute, "`.@` reaches behind a property");
      case MethodPointerExpression pointer ->
          refused(pointer, "a leg has no references to methods; write a closure, `{ … }`");
      case LambdaExpression lambda -> closure(lambda);
      case ClosureExpression closure -> closure(closure);
      case ConstructorCallExpression call ->
          refused(
              call,
              "a leg makes no objects with `new`",
              Allowed.instead(call.getType().getNameWithoutPackage())
                  .orElse("lists are `[]`, maps are `[:]`"));
      case ArrayExpression array -> refused(array, "a leg makes no arrays; lists are `[]`");
      case MethodCallExpression call -> call(call);
      case BinaryExpression binary
          when binary.getOperation().isA(LEFT_SQUARE_BRACKET)
              && !isIndex(binary.getRightExpression()) ->
          refused(
              binary,
              "what stands in `[ ]` is a number, as in `list[0]`",
              "a map's value is `map.get('key')`, a list's `list.get(i)`");
      case PropertyExpression property -> property(property);
      case VariableExpression variable -> variable(variable);
      default -> super.transform(expression);
    };
  }

  /** Anything else might be a property's name, and there are properties that lead out. */
  private static boolean isIndex(Expression expression) {
    return switch (expression) {
      case ConstantExpression constant -> constant.getValue() instanceof Number;
      case UnaryMinusExpression minus -> isIndex(minus.getExpression());
      case RangeExpression range -> isIndex(range.getFrom()) && isIndex(range.getTo());
      default -> false;
    };
  }

  /** An assert that fails is remembered before it is thrown: a script may catch it. */
  @Override
  public void visitAssertStatement(AssertStatement statement) {
    super.visitAssertStatement(statement);
    BooleanExpression asserted = statement.getBooleanExpression();
    Expression began = inserted("asserting", new ConstantExpression(faults.written(asserted)));
    Expression held = inserted("held", began, asserted.getExpression());
    began.setSourcePosition(asserted);
    held.setSourcePosition(asserted);
    BooleanExpression checked = new BooleanExpression(held);
    checked.setSourcePosition(asserted);
    statement.setBooleanExpression(checked);
  }

  /** So is whatever a script catches, or lets a {@code finally} take the place of. */
  @Override
  public void visitTryCatchFinally(TryCatchStatement statement) {
    super.visitTryCatchFinally(statement);
    for (CatchStatement caught : statement.getCatchStatements()) {
      caught.setCode(block(remembers(caught.getVariable().getName(), caught), caught.getCode()));
    }
    Statement last = statement.getFinallyStatement();
    if (last != null && !last.isEmpty()) {
      TryCatchStatement tried =
          new TryCatchStatement(statement.getTryStatement(), EmptyStatement.INSTANCE);
      statement.getCatchStatements().forEach(tried::addCatch);
      statement.getCatchStatements().clear();
      if (!tried.getCatchStatements().isEmpty()) {
        statement.setTryStatement(block(tried));
      }
      String any = "$thrown";
      Statement thrown = new ThrowStatement(new VariableExpression(any));
      thrown.setSourcePosition(statement);
      statement.addCatch(
          new CatchStatement(
              new Parameter(ClassHelper.THROWABLE_TYPE, any),
              block(remembers(any, statement), thrown)));
    }
  }

  private static Statement remembers(String variable, Statement at) {
    Statement remembers =
        new ExpressionStatement(inserted("caught", new VariableExpression(variable)));
    remembers.setSourcePosition(at);
    return remembers;
  }

  private static Statement block(Statement... statements) {
    BlockStatement block = new BlockStatement();
    block.addStatements(List.of(statements));
    return block;
  }

  private static Expression inserted(String name, Expression... arguments) {
    MethodCallExpression call =
        new MethodCallExpression(
            VariableExpression.THIS_EXPRESSION, name, new ArgumentListExpression(arguments));
    call.setImplicitThis(true);
    return call;
  }

  private Expression closure(ClosureExpression closure) {
    if (closure.getParameters() != null) {
      for (var parameter : closure.getParameters()) {
        visitAnnotations(parameter);
        parameter.setInitialExpression(transform(parameter.getInitialExpression()));
      }
    }
    closure.getCode().visit(this);
    return closure;
  }

  private Expression call(MethodCallExpression call) {
    if (!(call.getMethod() instanceof ConstantExpression constant)) {
      return refused(call, "the name of what is called has to be written out");
    }
    String name = constant.getText();
    if (call.isImplicitThis()) {
      if (!Allowed.WORDS.contains(name) && !own.contains(name) && !name.equals("call")) {
        unknownWord(call, name);
      }
    } else if (!Allowed.METHODS.contains(name)) {
      unknownMethod(call.getMethod(), name, Allowed.methods(call.getObjectExpression().getText()));
    }
    MethodCallExpression checked =
        new MethodCallExpression(
            call.isImplicitThis()
                ? call.getObjectExpression()
                : transform(call.getObjectExpression()),
            call.getMethod(),
            transform(call.getArguments()));
    checked.setImplicitThis(call.isImplicitThis());
    checked.setSafe(call.isSafe());
    checked.setSpreadSafe(call.isSpreadSafe());
    checked.setSourcePosition(call);
    checked.copyNodeMetaData(call);
    return checked;
  }

  private void unknownWord(MethodCallExpression call, String name) {
    Set<String> known = new TreeSet<>(Allowed.WORDS);
    known.addAll(own);
    Optional<String> nearest = Names.nearest(name, known);
    faults.add(
        call.getMethod(),
        "there is no %s".formatted(Shown.value(name)),
        Allowed.instead(name)
            .orElseGet(() ->
                nearest
                    .map("did you mean `%s`?"::formatted)
                    .orElse("the words are " + Shown.names(known))));
  }

  private void unknownMethod(ASTNode node, String name, Set<String> known) {
    faults.add(
        node,
        "%s can't be used in a leg".formatted(Shown.value(name)),
        Allowed.instead(name)
            .orElseGet(() ->
                Names.nearest(name, known)
                    .map("did you mean `%s`?"::formatted)
                    .orElse("run a program with `exec` for what a leg can't do")));
  }

  private Expression property(PropertyExpression property) {
    String name = property.getPropertyAsString();
    if (name == null) {
      return refused(property, "the name of a property has to be written out");
    }
    if (property.getObjectExpression() instanceof VariableExpression variable) {
      switch (variable.getName()) {
        case "toggles" -> {
          Set<String> known = new TreeSet<>(declared.flags());
          known.addAll(declared.settings());
          String word = declared.flags().contains(name) ? "flag" : "setting";
          return named(
              property, name, "toggle", known, word, "declare it under `toggles` in matrix.yaml");
        }
        case "services" -> {
          return named(
              property,
              name,
              "service of this leg",
              declared.services(),
              "service",
              "list it in the leg's `services` in matrix.yaml");
        }
        case "axes" -> {
          return named(
              property,
              name,
              "axis of this leg",
              declared.axes(),
              "axis",
              "declare it in the leg's `axes` in matrix.yaml");
        }
        case "qemu", "disk" -> {
          return named(
              property,
              name,
              "property of " + variable.getName(),
              Set.of("path"),
              variable.getName(),
              "write `%s.path`".formatted(variable.getName()));
        }
        default -> {}
      }
    }
    Expression object = transform(property.getObjectExpression());
    if (!Allowed.PROPERTIES.contains(name)) {
      return Allowed.METHODS.contains(name)
          ? refused(
              property.getProperty(),
              "%s is called with `()`".formatted(Shown.value(name)),
              "write `%s()`".formatted(name))
          : refused(
              property.getProperty(),
              "%s can't be used in a leg".formatted(Shown.value(name)),
              Allowed.instead(name)
                  .or(() ->
                      Names.nearest(name, Allowed.METHODS).map("did you mean `%s()`?"::formatted))
                  .orElse("of JSON, ask with `.at('" + Shown.line(name) + "')`"));
    }
    PropertyExpression checked =
        new PropertyExpression(object, property.getProperty(), property.isSafe());
    checked.setSpreadSafe(property.isSpreadSafe());
    checked.setSourcePosition(property);
    return checked;
  }

  private Expression named(
      PropertyExpression property,
      String name,
      String what,
      Collection<String> known,
      String word,
      String fix) {
    if (!known.contains(name)) {
      faults.add(
          property.getProperty(),
          "there is no %s %s".formatted(what, Shown.value(name)),
          Names.nearest(name, known)
              .map("did you mean `%s`?"::formatted)
              .orElse(
                  (known.isEmpty() ? "" : "there is " + Shown.names(new TreeSet<>(known)) + "; ")
                      + fix));
    }
    Expression call = inserted(word, new ConstantExpression(name));
    call.setSourcePosition(property);
    return call;
  }

  private Expression variable(VariableExpression variable) {
    String name = variable.getName();
    if (HIDDEN.contains(name)) {
      return refused(variable, "%s can't be used in a leg".formatted(Shown.value(name)));
    }
    if (Set.of("toggles", "services", "axes", "qemu", "disk").contains(name)) {
      return refused(
          variable,
          "%s is used with a name".formatted(Shown.value(name)),
          "write `%s.%s`".formatted(name, name.endsWith("s") ? "NAME" : "path"));
    }
    return super.transform(variable);
  }

  private Expression refused(Expression expression, String message) {
    return refused(expression, message, "docs/writing-legs.md shows what a leg can do");
  }

  private Expression refused(Expression expression, String message, String fix) {
    faults.add(expression, message, fix);
    return expression;
  }
}
