package gate.dsl;

import gate.base.Names;
import gate.base.Shown;
import java.util.Set;
import java.util.TreeSet;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.DynamicVariable;
import org.codehaus.groovy.ast.FieldNode;
import org.codehaus.groovy.ast.GenericsType;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.PropertyNode;
import org.codehaus.groovy.ast.expr.ArrayExpression;
import org.codehaus.groovy.ast.expr.CastExpression;
import org.codehaus.groovy.ast.expr.ClassExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.CatchStatement;
import org.codehaus.groovy.ast.stmt.ForStatement;
import org.codehaus.groovy.control.SourceUnit;

/** Refuses the types that a script may not name, and variables that nobody declared. */
final class Types extends ClassCodeVisitorSupport {
  private static final Set<String> OURS =
      Set.of(
          "gate.dsl.Result",
          "gate.dsl.Answer",
          "gate.dsl.Json",
          "gate.dsl.Endpoint",
          "gate.dsl.Condition");

  private final SourceUnit source;
  private final Faults faults;

  Types(SourceUnit source, Faults faults) {
    this.source = source;
    this.faults = faults;
  }

  @Override
  protected SourceUnit getSourceUnit() {
    return source;
  }

  @Override
  protected void visitConstructorOrMethod(MethodNode node, boolean isConstructor) {
    if (isConstructor || node.getName().equals("main")) {
      return; // nobody wrote them
    }
    if (!node.getName().equals("run")) {
      check(node, node.getReturnType());
      parameters(node.getParameters());
    }
    super.visitConstructorOrMethod(node, isConstructor);
  }

  @Override
  public void visitDeclarationExpression(DeclarationExpression expression) {
    if (expression.isMultipleAssignmentDeclaration()) {
      for (Expression variable : expression.getTupleExpression()) {
        check(expression, ((VariableExpression) variable).getOriginType());
      }
    } else {
      check(expression, expression.getVariableExpression().getOriginType());
    }
    super.visitDeclarationExpression(expression);
  }

  @Override
  public void visitClosureExpression(ClosureExpression expression) {
    parameters(expression.getParameters());
    super.visitClosureExpression(expression);
  }

  @Override
  public void visitCastExpression(CastExpression expression) {
    check(expression, expression.getType());
    super.visitCastExpression(expression);
  }

  @Override
  public void visitClassExpression(ClassExpression expression) {
    check(expression, expression.getType());
    super.visitClassExpression(expression);
  }

  @Override
  public void visitArrayExpression(ArrayExpression expression) {
    check(expression, expression.getType());
    super.visitArrayExpression(expression);
  }

  @Override
  public void visitCatchStatement(CatchStatement statement) {
    check(statement, statement.getVariable().getType());
    super.visitCatchStatement(statement);
  }

  @Override
  public void visitForLoop(ForStatement loop) {
    if (loop.getValueVariable() != null) {
      check(loop, loop.getValueVariable().getType());
    }
    super.visitForLoop(loop);
  }

  @Override
  public void visitVariableExpression(VariableExpression expression) {
    String name = expression.getName();
    boolean ours = Allowed.VARIABLES.contains(name);
    boolean known =
        ours
            || expression == VariableExpression.THIS_EXPRESSION
            || switch (expression.getAccessedVariable()) {
              case DynamicVariable _ -> false;
              case FieldNode _ -> false;
              case PropertyNode _ -> false;
              case null -> true;
              default -> true;
            };
    if (!known) {
      faults.add(
          expression,
          "there is no %s here".formatted(Shown.value(name)),
          Allowed.instead(name)
              .or(() ->
                  Names.nearest(name, new TreeSet<>(Allowed.VARIABLES))
                      .map("did you mean `%s`?"::formatted))
              .orElse("declare it with `def`, or put quotes around a text"));
    }
    super.visitVariableExpression(expression);
  }

  /** A closure that a variable holds is called by that variable, as far as that is in scope. */
  @Override
  public void visitMethodCallExpression(MethodCallExpression call) {
    String name = call.getMethodAsString();
    if (call.isImplicitThis() && name != null && !Allowed.calledBare(name) && !declares(name)) {
      faults.add(
          call.getMethod(),
          "there is no %s here".formatted(Shown.value(name)),
          "a variable is known in the `{ }` that it is declared in; a method everywhere");
    }
    super.visitMethodCallExpression(call);
  }

  private boolean declares(String name) {
    return source.getAST().getScriptClassDummy().getMethods(name).stream()
        .anyMatch(it -> it.getLineNumber() > 0);
  }

  private void parameters(Parameter[] parameters) {
    if (parameters != null) {
      for (Parameter parameter : parameters) {
        check(parameter, parameter.getType());
      }
    }
  }

  private void check(ASTNode node, ClassNode type) {
    ClassNode element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    String name = element.getName();
    if (!Allowed.TYPES.contains(name) && !OURS.contains(name)) {
      faults.add(
          node,
          "a leg can't name the type %s".formatted(Shown.value(element.getNameWithoutPackage())),
          Allowed.instead(element.getNameWithoutPackage())
              .orElse("`def` will do for a variable; docs/writing-legs.md shows what there is"));
    }
    GenericsType[] generics = element.getGenericsTypes();
    if (generics != null) {
      for (GenericsType generic : generics) {
        if (generic.getType() != element && !generic.isPlaceholder() && !generic.isWildcard()) {
          check(node, generic.getType());
        }
      }
    }
  }
}
