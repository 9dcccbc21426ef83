package io.directord.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Admission<String> admission = new Admission<>();
  private long now;

  @Test
  void onlySomeAreUnderWayAtOnceAndEachThatIsOverMakesRoomForAnother() throws Exception {
    arrive("10.0.0.1", 1000);
    List<String> first = begin();
    assertTrue(first.size() < 100, "" + first.size());
    assertNull(admission.next(now));

    admission.over(first.get(0), false);

    assertEquals(1, begin().size());
  }

  @Test
  void moreAreUnderWayWhileTheThreadKeepsUpAndFewerWhenItIsLate() throws Exception {
    arrive("10.0.0.1", 10_000);
    List<String> first = begin();
    first.forEach(one -> admission.over(one, true));
    List<String> second = begin();
    assertTrue(second.size() > first.size());

    admission.late(SECOND);
    second.forEach(one -> admission.over(one, false));

    assertTrue(begin().size() < second.size());
  }

  @Test
  void everyOneComesToItsTurnHoweverLateTheThreadIs() throws Exception {
    arrive("10.0.0.1", 2000);
    int begun = 0;
    for (List<String> some = begin(); !some.isEmpty(); some = begin()) {
      begun += some.size();
      some.forEach(one -> admission.over(one, true));
      admission.late(SECOND);
    }
    assertEquals(2000, begun);
    assertFalse(admission.isWaiting());
  }

  @Test
  void whoSaysNothingHoldsNobodyUpForMoreThanHalfASecond() throws Exception {
    arrive("10.0.0.1", 200);
    begin();
    now += SECOND / 2 + 1;

    assertFalse(begin().isEmpty());
  }

  @Test
  void aNodeBehindThousandsOfStrangersOfAnotherAddressIsNext() throws Exception {
    arrive("10.0.0.1", 5000);
    begin();
    arrive("10.0.0.2", 1);
    now += SECOND;

    assertTrue(begin().subList(0, 2).contains("10.0.0.2 0"));
  }

  @Test
  void theAddressesOfASiteAreOne() throws Exception {
    InetAddress one = InetAddress.getByName("2001:db8:1:2::1");
    assertEquals(
        Admission.origin(one), Admission.origin(InetAddress.getByName("2001:db8:1:2:3::9")));
    assertNotEquals(
        Admission.origin(one), Admission.origin(InetAddress.getByName("2001:db8:1:3::1")));
    assertNotEquals(
        Admission.origin(InetAddress.getByName("10.0.0.1")),
        Admission.origin(InetAddress.getByName("10.0.0.2")));
  }

  @Test
  void whatIsTakenOutDoesNotComeToItsTurn() throws Exception {
    arrive("10.0.0.1", 1);
    assertEquals(List.of("10.0.0.1 0"), admission.remove(one -> true));
    assertFalse(admission.isWaiting());
    assertNull(admission.next(now));
  }

  private void arrive(String address, int count) throws UnknownHostException {
    for (int i = 0; i < count; i++) {
      admission.arrived(InetAddress.getByName(address), address + " " + i);
    }
  }

  private List<String> begin() {
    List<String> begun = new ArrayList<>();
    for (String next = admission.next(now); next != null; next = admission.next(now)) {
      admission.begun(next, now);
      begun.add(next);
    }
    return begun;
  }
}
