package io.directord.cli;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Groups of classes of one package in which each reaches each other (Tarjan's strongly connected
 * components). Nested classes count as their outermost one.
 */
final class Knots {
  private final Map<String, Set<String>> dependencies = new TreeMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> lowest = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final List<List<String>> found = new ArrayList<>();

  private Knots(JavaClasses classes) {
    for (JavaClass one : classes) {
      Set<String> of = dependencies.computeIfAbsent(outermost(one), name -> new TreeSet<>());
      for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().equals(one.getPackageName())) {
          of.add(outermost(target));
        }
      }
    }
  }

  /** Those of more than one class, the largest first. */
  static List<List<String>> in(JavaClasses classes) {
    Knots knots = new Knots(classes);
    for (String name : knots.dependencies.keySet()) {
      if (!knots.numbers.containsKey(name)) {
        knots.visit(name);
      }
    }
    knots.found.sort((a, b) -> b.size() - a.size());
    return knots.found;
  }

  private static String outermost(JavaClass one) {
    String name = one.getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private void visit(String name) {
    int number = numbers.size();
    numbers.put(name, number);
    lowest.put(name, number);
    open.push(name);
    for (String next : dependencies.getOrDefault(name, Set.of())) {
      if (!numbers.containsKey(next)) {
        visit(next);
        lowest.merge(name, lowest.get(next), Math::min);
      } else if (open.contains(next)) {
        lowest.merge(name, numbers.get(next), Math::min);
      }
    }
    if (lowest.get(name) == number) {
      List<String> knot = new ArrayList<>();
      String last;
      do {
        last = open.pop();
        knot.add(last);
      } while (!last.equals(name));
      if (knot.size() > 1) {
        Collections.sort(knot);
        found.add(knot);
      }
    }
  }
}
