package io.directord.client.execution.template;

import com.hubspot.jinjava.interpret.Context;
import java.util.List;
import java.util.regex.Pattern;

/** Assigns values to what is written for them: names, attributes of namespaces, several of them. */
final class Target {
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\w\\p{L}]*");
  private static final Pattern CONSTANT = Pattern.compile("[tT]rue|[fF]alse|[nN]one");

  private Target() {}

  static boolean isName(String written) {
    return NAME.matcher(written).matches() && !CONSTANT.matcher(written).matches();
  }

  static void assign(Context names, String written, Object value) {
    String target = written.strip();
    int comma = PythonScanner.find(target, ",");
    int dot = target.indexOf('.');
    if (comma >= 0) {
      unpack(names, target, value);
    } else if (target.startsWith("(") && target.endsWith(")")) {
      assign(names, target.substring(1, target.length() - 1), value);
    } else if (dot > 0) {
      put(Names.get(names, target.substring(0, dot)), target.substring(dot + 1).strip(), value);
    } else if (!isName(target)) {
      throw new TemplateException("can't assign to '" + target + "'");
    } else {
      Names.set(names, target, value);
    }
  }

  private static void put(Object namespace, String attribute, Object value) {
    Undefined.refuse(namespace);
    if (!(namespace instanceof Namespace known)) {
      throw new TemplateException("cannot assign attribute on non-namespace object");
    }
    known.attributes().put(attribute, value);
  }

  private static void unpack(Context names, String target, Object value) {
    List<String> targets = PythonScanner.split(target);
    if (!Values.isIterable(value)) {
      throw new TemplateException("cannot unpack non-iterable " + Values.type(value) + " object");
    }
    List<Object> values = Values.list(value);
    if (values.size() != targets.size()) {
      String which = values.size() > targets.size() ? "too many" : "not enough";
      throw new TemplateException(
          which + " values to unpack (expected " + targets.size() + ", got " + values.size() + ")");
    }
    for (int i = 0; i < values.size(); i++) {
      assign(names, targets.get(i), values.get(i));
    }
  }
}
