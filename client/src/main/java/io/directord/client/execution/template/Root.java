package io.directord.client.execution.template;

import com.google.common.collect.SetMultimap;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.tag.Tag;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What every template knows: of the engine's tags and filters those that are Jinja2's, and those
 * that are registered here. All templates share it, so rendering changes nothing in it.
 */
final class Root extends Context {
  private static final Set<String> TAGS_OF_ENGINE = Set.of("block", "elif", "else", "endblock");

  private final Context engine;

  /**
   * @param engine of the engine
   */
  Root(Context engine) {
    super(engine);
    this.engine = engine;
    Functions.register(this);
    List.of(
            new Tags.If(),
            new Tags.For(),
            new Tags.Set(),
            new Tags.With(),
            new Tags.Filter(),
            new Tags.Print(),
            new Macro.Define(),
            new Macro.Call())
        .forEach(this::registerTag);
  }

  @Override
  public Tag getTag(String name) {
    Tag tag = super.getTag(name);
    boolean ours = tag != null && tag != engine.getTag(name);
    return ours || TAGS_OF_ENGINE.contains(name) ? tag : null;
  }

  @Override
  public Filter getFilter(String name) {
    FilterFunction filter = Filters.find(name);
    return new AdvancedFilter() {
      @Override
      public Object filter(
          Object value, JinjavaInterpreter in, Object[] positional, Map<String, Object> named) {
        Interpreter.current().limits().step();
        Limits.workOn(value);
        return filter.apply(value, Arguments.of(positional).and(named));
      }

      @Override
      public String getName() {
        return name;
      }
    };
  }

  @Override
  public ExpTest getExpTest(String name) {
    TestFunction test = Tests.find(name);
    return new ExpTest() {
      @Override
      public boolean evaluate(Object value, JinjavaInterpreter in, Object... given) {
        return test.holds(value, Arguments.of(given));
      }

      @Override
      public String getName() {
        return name;
      }
    };
  }

  /** Those of the engine reach into Java, and none is Jinja2's. */
  @Override
  public Collection<ELFunctionDefinition> getAllFunctions() {
    return List.of();
  }

  @Override
  public void addResolvedExpression(String expression) {
    // Nobody asks.
  }

  @Override
  public void addResolvedValue(String value) {
    // Nobody asks.
  }

  @Override
  public void addDependencies(SetMultimap<String, String> dependencies) {
    // Nobody asks.
  }
}
