package io.directord.server.backup;

import io.directord.common.json.Json;
import io.directord.server.schedule.ScheduleState;
import io.directord.server.store.Change;
import io.directord.server.store.StoredJson;
import io.directord.server.store.StoredResult;
import io.directord.server.store.StoredSchedule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Changes of a store as bytes: the name of their kind, and their parts as stores have them, or all
 * of it as JSON.
 */
final class ChangeCodec {
  @SuppressWarnings("unchecked")
  private static final Map<String, Class<? extends Change>> KINDS =
      Arrays.stream(Change.class.getPermittedSubclasses())
          .collect(Collectors.toMap(Class::getSimpleName, kind -> (Class<? extends Change>) kind));

  private ChangeCodec() {}

  /**
   * @throws IOException if the store has lost something while it was in use
   */
  static byte[] write(Change change) throws IOException {
    if (change instanceof Change.MakeGood) {
      throw new IOException(
          "the store was found damaged while it was copied: see the server's log, and make another"
              + " backup");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(change.getClass().getSimpleName());
    if (change instanceof Change.PutJob put) {
      out.write(StoredJson.write(put.job()));
    } else if (change instanceof Change.PutResult put) {
      out.writeLong(put.seq());
      out.writeInt(put.target());
      out.write(StoredResult.write(put.outcome()));
    } else if (change instanceof Change.PutSchedule put) {
      byte[] schedule = put.schedule().write();
      out.writeInt(schedule.length);
      out.write(schedule);
      out.write(Json.bytes(put.state()));
    } else {
      out.write(Json.bytes(change));
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IOException if it is of a later version
   */
  static Change read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    String name = in.readUTF();
    Class<? extends Change> kind = KINDS.get(name);
    if (kind == null) {
      throw new IOException("it has a " + name + ", which only a later version of directord knows");
    }
    if (kind == Change.PutJob.class) {
      return new Change.PutJob(StoredJson.read(in.readAllBytes()));
    }
    if (kind == Change.PutResult.class) {
      return new Change.PutResult(
          in.readLong(), in.readInt(), StoredResult.read(in.readAllBytes()));
    }
    if (kind == Change.PutSchedule.class) {
      StoredSchedule schedule = StoredSchedule.read(in.readNBytes(in.readInt()));
      return new Change.PutSchedule(schedule, json(ScheduleState.class).apply(in.readAllBytes()));
    }
    return json(kind).apply(in.readAllBytes());
  }

  private static <T> Function<byte[], T> json(Class<T> type) {
    return bytes -> Json.read(bytes, type);
  }
}
