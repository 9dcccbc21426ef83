package io.directord.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the house: who may know whom. This module sees all others. */
class ArchitectureTest {
  private static final String OURS = "io.directord.";

  /** Classes of a package that may depend on each other in a circle. */
  private static final int MAX_KNOT = 3;

  private static final int MAX_COMPONENTS = 7;

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.directord");

  /** A module, and the others that it may know; nothing knows legacy. */
  @ParameterizedTest
  @CsvSource({
    "common,",
    "zeromq,",
    "jinja,",
    "nats, common",
    "verbs, common",
    "server, common verbs zeromq nats",
    "legacy, common verbs zeromq server",
    "client, common verbs zeromq nats jinja",
    "cli, common verbs jinja server client",
  })
  void aModuleKnowsOnlyThoseBelowIt(String module, String known) {
    Stream<String> allowed =
        Stream.concat(Stream.of(module), known == null ? Stream.of() : Stream.of(known.split(" ")));
    noClasses()
        .that()
        .resideInAPackage(OURS + module + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.directord..")
                .and(
                    resideOutsideOfPackages(
                        allowed.map(one -> OURS + one + "..").toArray(String[]::new))))
        .check(ALL);
  }

  @Test
  void everyPackageBelongsToAModule() {
    classes()
        .that()
        .resideInAPackage("io.directord..")
        .should()
        .resideInAnyPackage(
            Stream.of(
                    "common", "zeromq", "nats", "jinja", "verbs", "server", "legacy", "client",
                    "cli")
                .map(one -> OURS + one + "..")
                .toArray(String[]::new))
        .check(ALL);
  }

  /** They see their contract, and neither what carries jobs nor who plans them. */
  @Test
  void verbsMayNotKnowTheWire() {
    noClasses()
        .that()
        .resideInAPackage(OURS + "verbs..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            OURS + "common.wire..", OURS + "common.orchestration..", OURS + "common.api..")
        .check(ALL);
  }

  /**
   * What the runtime says of a file is only its path, or a class of Java; of a URL it says more.
   */
  @Test
  void whyAFileCannotBeUsedIsSaidByIoErrorsAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages(OURS + "bench..", OURS + "common.storage..")
        .and()
        .haveSimpleNameNotContaining("UrlProbe")
        .should()
        .callMethodWhere(
            describe(
                "an input or output error tells of itself",
                call ->
                    Set.of("getMessage", "toString").contains(call.getName())
                        && (call.getTargetOwner().isEquivalentTo(IOException.class)
                            || call.getTargetOwner().isEquivalentTo(UncheckedIOException.class)
                            || call.getTargetOwner().isAssignableTo(FileSystemException.class))))
        .check(ALL);
  }

  @Test
  void theCommandLineKnowsServerAndClientOnlyToStartThem() {
    noClasses()
        .that()
        .resideInAPackage(OURS + "cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OURS + "server.*..", OURS + "client.*..")
        .check(ALL);
  }

  @Test
  void theTemplateLanguageStandsAlone() {
    classes()
        .that()
        .resideInAPackage(OURS + "jinja..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(OURS + "jinja..", "java..")
        .check(ALL);
    noClasses()
        .that()
        .resideInAPackage(OURS + "jinja..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.lang.reflect..", "java.lang.invoke..", "java.io..", "java.nio.file..")
        .check(ALL);
  }

  @Test
  void noClassesOfTheTemplateLanguageKnowEachOtherInACircle() {
    Function<JavaClass, SliceIdentifier> byClass =
        one ->
            one.getPackageName().startsWith(OURS + "jinja")
                ? SliceIdentifier.of(one.getFullName().replaceFirst("\\$.*", ""))
                : SliceIdentifier.ignore();
    noCycles("classes of jinja", byClass);
  }

  @Test
  void importsBetweenPackagesPointOneWay() {
    noCycles("packages", one -> SliceIdentifier.of(one.getPackageName()));
  }

  private static void noCycles(String what, Function<JavaClass, SliceIdentifier> sliceOf) {
    SliceAssignment slices =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass one) {
            return sliceOf.apply(one);
          }

          @Override
          public String getDescription() {
            return what;
          }
        };
    slices().assignedFrom(slices).should().beFreeOfCycles().check(ALL);
  }

  @Test
  void noMoreThanThreeClassesOfAPackageKnowEachOther() {
    List<List<String>> large =
        Knots.in(ALL).stream().filter(knot -> knot.size() > MAX_KNOT).toList();
    assertEquals(List.of(), large);
  }

  @Test
  void noRecordHasMoreThanSevenComponents() {
    List<String> large =
        ALL.stream()
            .filter(JavaClass::isRecord)
            .filter(one -> components(one) > MAX_COMPONENTS)
            .map(one -> one.getName() + " has " + components(one))
            .sorted()
            .toList();
    assertEquals(List.of(), large);
  }

  private static long components(JavaClass one) {
    return one.getFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .count();
  }

  /** A class, and a sealed type of which it must know every kind but one that another handles. */
  @ParameterizedTest
  @CsvSource({
    "common.wire.NodeCodec, common.wire.NodeMessage,",
    "common.wire.ServerCodec, common.wire.ServerMessage,",
    "common.wire.ContentCodec, common.wire.ContentMessage,",
    "client.link.ServerInbox, common.wire.ServerMessage, Verdict",
    "server.dispatch.Core, common.wire.NodeMessage, RoomWanted",
    "server.dispatch.Core, server.dispatch.Input, CaughtUp",
    "server.dispatch.Core, server.dispatch.Input$Request,",
    "server.dispatch.Core, server.dispatch.Step,",
    "server.dispatch.Performer, server.dispatch.Effect,",
    "server.store.StoreEntries, server.store.Change,",
    "server.store.MemoryStore, server.store.Change,",
    "server.store.postgresql.PostgresChanges, server.store.Change,",
    "server.store.redis.RedisChanges, server.store.Change,",
    "server.dispatch.Membership, server.node.Admission,",
    "server.node.TargetMatch, common.target.Expression,",
  })
  void everyKindOfASealedTypeIsHandled(String handler, String sealed, String elsewhere) {
    Set<String> handled =
        ALL.get(OURS + handler).getInstanceofChecks().stream()
            .map(check -> check.getRawType().getName())
            .collect(Collectors.toSet());
    List<String> unhandled =
        ALL.get(OURS + sealed).getSubclasses().stream()
            .filter(kind -> !kind.isInterface())
            .filter(kind -> !kind.getSimpleName().equals(elsewhere))
            .map(JavaClass::getName)
            .filter(kind -> !handled.contains(kind))
            .sorted()
            .toList();
    assertEquals(List.of(), unhandled);
  }

  /** A library or a room, and the packages that may see it; all within one with an asterisk. */
  @ParameterizedTest
  @CsvSource({
    "org.zeromq, server.link.zeromq legacy.ports client.link.zeromq zeromq*",
    "zmq, server.link.zeromq legacy.ports client.link.zeromq zeromq*",
    "io.nats, nats",
    "io.directord.nats, nats server.link.nats client.link.nats",
    "io.netty, server.api",
    "org.apache.hc, common.http",
    "com.sun.jna, client.process cli.systemd zeromq",
    "io.directord.jinja, jinja* client.execution cli.command cli.bootstrap",
    "picocli, cli.command cli.options common.component",
    "io.prometheus, server.metrics",
    "com.cronutils, server.schedule",
    "org.h2, server.store",
    "org.postgresql, server.store.postgresql",
    "io.directord.server.store.postgresql, server.store.postgresql server",
    "redis.clients, server.store.redis",
    "io.directord.server.store.redis, server.store.redis server",
    "org.yaml, common.yaml common.config common.orchestration verbs.builtin verbs.external"
        + " cli.output cli.bootstrap cli.inventory",
    "org.bouncycastle, common.security zeromq",
    "com.google.re2j, common.target",
    "com.github.difflib, client.execution",
    "org.apache.sshd, cli.bootstrap",
    "org.jline, cli.top",
    "io.directord.cli.context, cli.context cli.command",
    "sun, NOBODY",
  })
  void aLibraryIsSeenOnlyInItsRoom(String library, String rooms) {
    String[] seenIn =
        Stream.of(rooms.split(" "))
            .map(room -> OURS + room.replace("*", ".."))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.directord..")
        .and()
        .resideOutsideOfPackages(seenIn)
        .should()
        .dependOnClassesThat(resideInAnyPackage(library + ".."))
        .check(ALL);
  }

  /** A room of the server that knows few others, and these. */
  @ParameterizedTest
  @CsvSource({
    "access, audit store",
    "audit,",
    "link.nats, link memory",
    "link.zeromq, link memory",
    "memory,",
    "metrics, memory",
    "rolling, time",
    "schedule,",
    "store.postgresql, store rolling",
    "store.redis, store rolling",
    "time,",
  })
  void aRoomOfTheServerKnowsOnlyWhatItNeeds(String room, String known) {
    String server = OURS + "server.";
    String[] allowed =
        Stream.concat(Stream.of(room), known == null ? Stream.of() : Stream.of(known.split(" ")))
            .map(one -> server + one)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(server + room)
        .should()
        .dependOnClassesThat(
            resideInAPackage(OURS + "server..").and(resideOutsideOfPackages(allowed)))
        .check(ALL);
  }

  @Test
  void modesAreFoundByTheirName() {
    classes()
        .that()
        .implement(OURS + "cli.command.Mode")
        .should()
        .haveSimpleNameEndingWith("Mode")
        .check(ALL);
  }
}
