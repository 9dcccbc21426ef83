package io.directord.client.execution;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.DefaultFilter;
import com.hubspot.jinjava.util.ObjectTruthValue;
import java.beans.FeatureDescriptor;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;

/** Makes the engine strict: what does not exist becomes an {@link Undefined}, not nothing. */
final class JinjaStrict {
  /** The failure of the template that this thread renders. */
  private static final ThreadLocal<String> FAILURE = new ThreadLocal<>();

  private JinjaStrict() {}

  static void begin() {
    FAILURE.remove();
  }

  /** What was used though it does not exist, the first of it; null if nothing was. */
  static String failure() {
    return FAILURE.get();
  }

  static Undefined undefined(String message) {
    Function<String, RuntimeException> onUse =
        text -> {
          // Kept beside the exception, which some of the engine's code swallows.
          if (FAILURE.get() == null) {
            FAILURE.set(text);
          }
          return new IllegalStateException(text);
        };
    return new Undefined(message, onUse);
  }

  static void register(Context context) {
    context.registerExpTest(
        test("defined", value -> !(value == null || value instanceof Undefined)));
    context.registerExpTest(
        test("undefined", value -> value == null || value instanceof Undefined));
    context.registerExpTest(test("none", value -> value == null || value == JinjaValues.NONE));
    context.registerFilter(new Default("default"));
    context.registerFilter(new Default("d"));
  }

  private static ExpTest test(String name, Predicate<Object> test) {
    return new ExpTest() {
      @Override
      public boolean evaluate(Object value, JinjavaInterpreter interpreter, Object... args) {
        return test.test(value);
      }

      @Override
      public String getName() {
        return name;
      }
    };
  }

  /** The engine's own takes what does not exist for a value, and makes every default a text. */
  private static final class Default extends DefaultFilter {
    private final String name;

    Default(String name) {
      this.name = name;
    }

    @Override
    public Object filter(
        Object value, JinjavaInterpreter interpreter, Map<String, Object> arguments) {
      Object fallback = arguments.getOrDefault(DEFAULT_VALUE_PARAM, "");
      if (value == null || value instanceof Undefined) {
        return fallback;
      }
      boolean truthy = Boolean.TRUE.equals(arguments.get(TRUTHY_PARAM));
      return truthy && !ObjectTruthValue.evaluate(value) ? fallback : value;
    }

    @Override
    public String getName() {
      return name;
    }
  }

  /** Attributes: one that a map does not have is undefined, and nothing has attributes of that. */
  static final class Attributes extends ELResolver {
    private final ELResolver engine = JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY;

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
      if (base instanceof Undefined undefined) {
        throw undefined.used();
      }
      Object value = engine.getValue(context, base, property);
      if (value == null && base instanceof Map<?, ?> map && !map.containsKey(property)) {
        context.setPropertyResolved(true);
        return undefined("'dict object' has no attribute '" + property + "'");
      }
      return value;
    }

    @Override
    public Object invoke(
        ELContext context, Object base, Object method, Class<?>[] types, Object[] values) {
      if (base instanceof Undefined undefined) {
        throw undefined.used();
      }
      return engine.invoke(context, base, method, types, values);
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
      return engine.getType(context, base, property);
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
      engine.setValue(context, base, property, value);
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
      return engine.isReadOnly(context, base, property);
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
      return engine.getFeatureDescriptors(context, base);
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
      return engine.getCommonPropertyType(context, base);
    }
  }
}
