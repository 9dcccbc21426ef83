package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
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

  /** The node's own. */
  static PackageManager of(NodeContext node) throws JobException, InterruptedException {
    return switch (node.shell(WHICH)) {
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
