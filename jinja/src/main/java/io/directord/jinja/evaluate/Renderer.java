package io.directord.jinja.evaluate;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.method.Method;
import io.directord.jinja.syntax.AssignmentTarget;
import io.directord.jinja.syntax.Expression;
import io.directord.jinja.syntax.Page;
import io.directord.jinja.syntax.Statement;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Function;
import io.directord.jinja.value.Members;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Types;
import io.directord.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Executes the statements of a template, once. */
public final class Renderer implements Statement.Visitor<Void> {
  private final Scope top;
  private final Evaluator evaluator;
  private Output out = new Output();

  private Renderer(Page page, Context context) {
    this.top = Scope.of(context);
    top.set("self", new Blocks(page.blocks()));
    this.evaluator = new Evaluator(top);
  }

  /** What the statements print. */
  public static String render(Page page, Context context) {
    Renderer renderer = new Renderer(page, context);
    renderer.all(page.body());
    return renderer.out.end();
  }

  private void all(List<Statement> statements) {
    Budget.enter();
    for (Statement statement : statements) {
      statement.accept(this);
    }
    Budget.leave();
  }

  /** Executes statements in a scope, then returns to the previous scope. */
  private void in(Scope scope, List<Statement> statements) {
    Scope before = evaluator.scope();
    evaluator.move(scope);
    all(statements);
    evaluator.move(before);
  }

  /** Executes statements with another output. */
  private String captured(Runnable printing) {
    Output before = out;
    out = new Output();
    printing.run();
    String text = out.end();
    out = before;
    return text;
  }

  /** Executes an action and adds the line to its errors. */
  private Void at(int line, Runnable work) {
    try {
      work.run();
      return null;
    } catch (TemplateException e) {
      throw e.at(line);
    }
  }

  private Object evaluate(Expression expression) {
    return evaluator.evaluate(expression);
  }

  private boolean holds(Expression condition) {
    long mark = Budget.mark();
    boolean holds = PythonValues.truth(evaluate(condition));
    Budget.reset(mark);
    return holds;
  }

  @Override
  public Void text(Statement.Text statement) {
    out.add(statement.text());
    return null;
  }

  @Override
  public Void print(Statement.Print statement) {
    return at(
        statement.line(),
        () -> {
          long mark = Budget.mark();
          for (Expression value : statement.values()) {
            out.add(PythonValues.text(evaluate(value)));
          }
          Budget.reset(mark);
        });
  }

  @Override
  public Void choose(Statement.If statement) {
    for (Statement.Branch branch : statement.branches()) {
      boolean[] holds = new boolean[1];
      at(branch.line(), () -> holds[0] = holds(branch.condition()));
      if (holds[0]) {
        all(branch.body());
        return null;
      }
    }
    all(statement.otherwise());
    return null;
  }

  @Override
  public Void repeat(Statement.For statement) {
    return at(
        statement.line(),
        () -> {
          long mark = Budget.mark();
          turns(statement, evaluate(statement.elements()), 0);
          Budget.reset(mark);
        });
  }

  private void turns(Statement.For statement, Object all, int depth) {
    Scope around = evaluator.scope();
    List<Object> elements = PythonValues.iterate(all);
    if (statement.condition() != null) {
      elements = chosen(statement, elements);
    }
    if (elements.isEmpty()) {
      in(around.inner(), statement.otherwise());
    }
    Function again = given -> again(statement, around, given.bind("loop", "iterable")[0], depth);
    LoopVariable loop = new LoopVariable(elements, depth, statement.recursive() ? again : null);
    for (int i = 0; i < elements.size(); i++) {
      Budget.step(1);
      long mark = Budget.mark();
      loop.moveTo(i);
      Scope turn = around.inner();
      turn.set("loop", loop);
      assign(turn, statement.target(), elements.get(i));
      in(turn, statement.body());
      Budget.reset(mark);
    }
  }

  private String again(Statement.For statement, Scope around, Object elements, int depth) {
    Scope before = evaluator.scope();
    evaluator.move(around);
    String text = captured(() -> turns(statement, elements, depth + 1));
    evaluator.move(before);
    return text;
  }

  private List<Object> chosen(Statement.For statement, List<Object> all) {
    Scope around = evaluator.scope();
    List<Object> chosen = new ArrayList<>();
    for (Object element : all) {
      Budget.step(1);
      evaluator.move(around.inner());
      assign(evaluator.scope(), statement.target(), element);
      if (holds(statement.condition())) {
        chosen.add(element);
      }
    }
    evaluator.move(around);
    return chosen;
  }

  @Override
  public Void assign(Statement.Assign statement) {
    return at(
        statement.line(),
        () -> assign(evaluator.scope(), statement.target(), evaluate(statement.value())));
  }

  private static void assign(Scope scope, AssignmentTarget target, Object value) {
    if (target instanceof AssignmentTarget.Name name) {
      scope.set(name.name(), value);
    } else if (target instanceof AssignmentTarget.Attribute attribute) {
      Object namespace = scope.get(attribute.namespace());
      Undefined.refuse(namespace);
      if (!(namespace instanceof Namespace known)) {
        throw new TemplateException("cannot assign attribute on non-namespace object");
      }
      Budget.keep();
      known.attributes().put(attribute.name(), value);
    } else if (target instanceof AssignmentTarget.Several several) {
      unpack(scope, several.targets(), value);
    }
  }

  private static void unpack(Scope scope, List<AssignmentTarget> targets, Object value) {
    if (!PythonValues.isIterable(value)) {
      throw new TemplateException("cannot unpack non-iterable " + Types.of(value) + " object");
    }
    List<Object> values = PythonValues.iterate(value);
    if (values.size() != targets.size()) {
      String which = values.size() > targets.size() ? "too many" : "not enough";
      throw new TemplateException(
          which + " values to unpack (expected " + targets.size() + ", got " + values.size() + ")");
    }
    for (int i = 0; i < values.size(); i++) {
      assign(scope, targets.get(i), values.get(i));
    }
  }

  @Override
  public Void capture(Statement.Capture statement) {
    return at(
        statement.line(),
        () -> {
          Scope around = evaluator.scope();
          String enclosed = captured(() -> in(around.inner(), statement.body()));
          Scope inner = around.inner();
          inner.set(Statement.ENCLOSED, enclosed);
          evaluator.move(inner);
          Object value = evaluate(statement.value());
          evaluator.move(around);
          if (statement.target() == null) {
            out.add(PythonValues.text(value));
          } else {
            assign(around, statement.target(), value);
          }
        });
  }

  @Override
  public Void with(Statement.With statement) {
    return at(
        statement.line(),
        () -> {
          Scope inner = evaluator.scope().inner();
          for (int i = 0; i < statement.targets().size(); i++) {
            assign(inner, statement.targets().get(i), evaluate(statement.values().get(i)));
          }
          in(inner, statement.body());
        });
  }

  @Override
  public Void define(Statement.Define statement) {
    Scope scope = evaluator.scope();
    scope.set(statement.macro().name(), new Macro(statement.macro(), scope, this::called));
    return null;
  }

  @Override
  public Void callBlock(Statement.CallBlock statement) {
    return at(
        statement.line(),
        () -> {
          long mark = Budget.mark();
          Macro caller = new Macro(statement.caller(), evaluator.scope(), this::called);
          out.add(PythonValues.text(evaluator.call(statement.call(), Map.of("caller", caller))));
          Budget.reset(mark);
        });
  }

  private String called(Macro macro, Map<String, Object> given) {
    Scope before = evaluator.scope();
    Scope inner = macro.scope().inner();
    evaluator.move(inner);
    at(
        macro.signature().line(),
        () -> given.forEach((name, value) -> inner.set(name, parameter(macro, name, value))));
    String text = captured(() -> all(macro.signature().body()));
    evaluator.move(before);
    return text;
  }

  private Object parameter(Macro macro, String name, Object value) {
    if (value != Arguments.ABSENT) {
      return value;
    }
    Expression fallback = macro.fallback(name);
    return fallback != null
        ? evaluate(fallback)
        : new Undefined("parameter '" + name + "' was not provided");
  }

  @Override
  public Void block(Statement.Block statement) {
    if (statement.required()) {
      throw new TemplateException(
          "Required block '" + statement.name() + "' not found", statement.line());
    }
    body(statement, statement.scoped() ? evaluator.scope() : top);
    return null;
  }

  private void body(Statement.Block block, Scope around) {
    Scope inner = around.inner();
    inner.set("super", new Undefined("there is no parent block called '" + block.name() + "'."));
    in(inner, block.body());
  }

  /** What {@code self} is: its blocks can be called. */
  private final class Blocks implements Members {
    private final Map<String, Statement.Block> blocks;

    Blocks(Map<String, Statement.Block> blocks) {
      this.blocks = blocks;
    }

    @Override
    public Object member(String name) {
      Statement.Block block = blocks.get(name);
      return block == null
          ? Arguments.ABSENT
          : new Method(name, this, arguments -> captured(() -> body(block, top)));
    }

    @Override
    public String type() {
      return "jinja2.runtime.TemplateReference";
    }

    @Override
    public String shown() {
      return "<TemplateReference None>";
    }
  }
}
