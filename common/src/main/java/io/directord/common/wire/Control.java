package io.directord.common.wire;

/**
 * The control frame of a message. Codes are ASCII control characters; those up to {@code
 * COORDINATION_FAILED} are the original's, the others are ours.
 */
public enum Control {
  NONE(0x00),
  HEARTBEAT(0x05),
  PROCESSING(0x16),
  FINISHED(0x04),
  FAILED(0x15),
  TRANSFER_START(0x02),
  TRANSFER_END(0x03),
  COORDINATION(0x11),
  COORDINATION_ACK(0x10),
  COORDINATION_FAILED(0x07),
  /** ACK: to a node, that the named results are durable, or that it is welcome. */
  ACK(0x06),
  /** SO: asks for room for a large message, and grants it. */
  ROOM(0x0e),
  /** DC2: output of a job that is still running. */
  OUTPUT(0x12),
  /** CAN: to a node, end these jobs. */
  CANCEL(0x18),
  /** SUB: a question that changes nothing, and its answer: how a job stands, who may join. */
  QUESTION(0x1a),
  /** DC3: from a node, the jobs that it has; to a node, those of them that it shall not begin. */
  HOLDING(0x13);

  private final byte code;

  Control(int code) {
    this.code = (byte) code;
  }

  public byte code() {
    return code;
  }

  /** The control of that code, or null. */
  public static Control of(byte code) {
    for (Control control : values()) {
      if (control.code == code) {
        return control;
      }
    }
    return null;
  }
}
