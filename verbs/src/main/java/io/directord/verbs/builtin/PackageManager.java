package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.ReadableNode;
import java.util.ArrayList;
import java.util.List;

/** The package managers, and their commands. */
enum PackageManager {
  DNF {
    @Override
    List<String> clear() {
      return List.of("dnf clean all", "dnf makecache");
    }

    @Override
    String change(PackageComponent.State state, String exclude, String packages) {
      String without = exclude.isEmpty() ? "" : " " + ShellWords.quoted("--exclude=" + exclude);
      return switch (state) {
        case ABSENT -> "dnf -q -y" + without + " remove " + packages;
        case LATEST -> "dnf -q -y --best" + without + " install " + packages;
        case PRESENT -> "dnf -q -y" + without + " install " + packages;
      };
    }

    @Override
    String installed() {
      return "rpm -qa --qf '%{NAME} %{EVR} %{ARCH}\\n' | sort";
    }

    @Override
    Preview preview(PackageComponent.State state, String packages, ReadableNode node)
        throws JobException, InterruptedException {
      List<String> changes = new ArrayList<>();
      boolean unknown = false;
      for (String name : packages.split(" ")) {
        ReadableNode.Answer answer = node.ask("rpm -q --whatprovides " + name);
        if (answer.status() == NOT_FOUND) {
          throw new JobException("there is no rpm");
        }
        if (answer.ok() == (state == PackageComponent.State.ABSENT)) {
          changes.add((answer.ok() ? "remove " : "install ") + name);
        }
        unknown |= answer.ok() && state == PackageComponent.State.LATEST;
      }
      return changes.isEmpty() && unknown
          ? Preview.unknown("whether there is something newer than " + packages + " is not asked")
          : named(changes, packages);
    }
  },

  APT {
    @Override
    List<String> clear() {
      return List.of("apt-get clean", APT_UPDATE);
    }

    @Override
    String change(PackageComponent.State state, String exclude, String packages) {
      String command =
          APT_GET
              + switch (state) {
                case ABSENT -> " remove ";
                case LATEST -> APT_KEEP + " install ";
                case PRESENT -> APT_KEEP + " --no-upgrade install ";
              }
              + packages;
      return exclude.isEmpty() ? command : withoutCandidates(exclude, command);
    }

    @Override
    String installed() {
      return "dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\\n'";
    }

    /** Simulated, with the package lists as they are, and without its caches being written. */
    @Override
    Preview preview(PackageComponent.State state, String packages, ReadableNode node)
        throws JobException, InterruptedException {
      String options =
          switch (state) {
            case ABSENT -> " remove ";
            case LATEST -> " install ";
            case PRESENT -> " --no-upgrade install ";
          };
      ReadableNode.Answer answer =
          node.ask(
              "apt-get -q -y -s -o Debug::NoLocking=1 -o Dir::Cache::pkgcache= -o"
                  + " Dir::Cache::srcpkgcache="
                  + options
                  + packages);
      if (!answer.ok()) {
        String why = answer.stderr().strip().lines().reduce((a, b) -> b).orElse("");
        throw new JobException("apt-get: " + why.replaceFirst("^E: ", ""));
      }
      List<String> changes =
          answer.stdout().lines().filter(line -> line.matches("(Inst|Remv) .*")).toList();
      return named(changes.stream().map(PackageManager::change).toList(), packages);
    }
  };

  /** Waits for other package managers, and asks nothing. */
  private static final String APT_GET =
      "DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300";

  /**
   * apt-get never waits for the lock of the package lists, so the command is retried while another
   * program holds it.
   */
  private static final String APT_UPDATE =
      "e=$(mktemp) && { trap 'rm -f \"$e\"' EXIT; i=0; while "
          + APT_GET
          + " update 2>\"$e\"; s=$?; [ $s -ne 0 ] && grep -q /lock \"$e\" && [ $i -lt 60 ]; do"
          + " i=$((i+1)); sleep 5; done; cat \"$e\" >&2; exit $s; }";

  /** Keeps configuration files that were changed. */
  private static final String APT_KEEP =
      " -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold";

  private static final int MAX_NAMED = 20;
  private static final int NOT_FOUND = 127;
  private static final int IS_APT = 10;
  private static final int IS_DNF = 11;

  /** Finds the package manager by the distribution or, if unknown, by the installed command. */
  private static final String WHICH =
      ". /etc/os-release 2>/dev/null; case \" $ID $ID_LIKE \" in *' debian '*|*' ubuntu '*) exit "
          + IS_APT
          + ";; *' fedora '*|*' rhel '*|*' centos '*) exit "
          + IS_DNF
          + ";; esac; command -v apt-get >/dev/null && exit "
          + IS_APT
          + "; command -v dnf >/dev/null && exit "
          + IS_DNF
          + "; exit 12";

  /** Commands that refresh its package lists. */
  abstract List<String> clear();

  /**
   * The command for a state of packages.
   *
   * @param exclude names that must not be touched, separated by commas; may be empty
   * @param packages words of the command
   */
  abstract String change(PackageComponent.State state, String exclude, String packages);

  /** A command that lists what is installed. */
  abstract String installed();

  /**
   * What the command for a state of packages would do.
   *
   * @param packages words of the command
   * @throws JobException if it would fail
   */
  abstract Preview preview(PackageComponent.State state, String packages, ReadableNode node)
      throws JobException, InterruptedException;

  /** A line as {@code Inst curl [7.88.1-10] (7.88.1-12 Debian:12/stable [amd64])}. */
  private static String change(String line) {
    String[] words = line.split(" ", 4);
    boolean upgrade = words.length > 2 && words[2].startsWith("[");
    String what = line.startsWith("Remv") ? "remove " : upgrade ? "upgrade " : "install ";
    return what + words[1];
  }

  private static Preview named(List<String> changes, String packages) {
    int more = changes.size() - Math.min(MAX_NAMED, changes.size());
    return Preview.either(
        !changes.isEmpty(),
        "would "
            + String.join(", ", changes.subList(0, changes.size() - more))
            + (more > 0 ? " and " + more + " more" : ""),
        packages + ": nothing would change");
  }

  /** The node's own. */
  static PackageManager of(ReadableNode node) throws JobException, InterruptedException {
    return switch (node.ask(WHICH).status()) {
      case IS_APT -> APT;
      case IS_DNF -> DNF;
      default -> throw new JobException("this node has neither apt-get nor dnf");
    };
  }

  /** apt has no such option; a package without a candidate is neither installed nor upgraded. */
  private static String withoutCandidates(String exclude, String command) {
    String pin = "\nPackage: " + exclude.replace(',', ' ') + "\nPin: release *\nPin-Priority: -1\n";
    return "f=$(mktemp) && { cat /etc/apt/preferences 2>/dev/null; printf %s "
        + ShellWords.quoted(pin)
        + "; } > \"$f\" && "
        + command.replaceFirst("apt-get", "apt-get -o Dir::Etc::Preferences=\"\\$f\"")
        + "; s=$?; rm -f \"$f\"; exit $s";
  }
}
