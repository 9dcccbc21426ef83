package io.directord.common.security;

import io.directord.common.input.GivenFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What the remote API proves to be: a private key and its certificate, behind which those of
 * authorities may follow.
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {
  /** Names of the files that are made. */
  public static final String CERTIFICATE = "api_certificate.pem";

  private static final String KEY = "api_key.pem";
  private static final int MAX_BYTES = 1 << 20;
  private static final int SERIAL_BITS = 127;

  /** Callers know it by its fingerprint, so that an end of its time would only do harm. */
  private static final long DAYS = 3650;

  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]*)-----END");

  /** Kinds of certificates' keys, and what proves that a key belongs to one. */
  private static final Map<String, String> SIGNATURES =
      Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "EdDSA", "EdDSA");

  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads what an authority has given.
   *
   * @param certificate in PEM, the server's own first
   * @param key in PEM, as PKCS #8 without a password
   * @throws IOException in words for people, with the file
   */
  public static ServerCertificate read(Path certificate, Path key) throws IOException {
    List<X509Certificate> chain = certificates(certificate);
    PublicKey owner = chain.get(0).getPublicKey();
    PrivateKey secret = key(key, owner.getAlgorithm());
    if (!belongTogether(secret, owner)) {
      throw new IOException(key + " is not the key of the certificate in " + certificate);
    }
    return new ServerCertificate(secret, chain);
  }

  /** Reads the certificate that was made in a directory, or makes it: one that signs itself. */
  public static ServerCertificate madeIn(Path directory, String host) throws IOException {
    Path certificate = directory.resolve(CERTIFICATE);
    Path key = directory.resolve(KEY);
    if (!Files.exists(certificate)) {
      make(certificate, key, host);
    }
    return read(certificate, key);
  }

  /** The certificate is written last: a key without one is replaced. */
  private static void make(Path certificate, Path key, String host) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] signed = selfSigned(pair, host);
      Files.deleteIfExists(key);
      PrivateFiles.create(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      PrivateFiles.create(certificate, pem("CERTIFICATE", signed));
    } catch (GeneralSecurityException e) {
      throw new IOException("a certificate cannot be made: " + e.getMessage(), e);
    }
  }

  private static byte[] selfSigned(KeyPair pair, String host)
      throws IOException, GeneralSecurityException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.DAYS);
    X500Name name = new X500NameBuilder().addRDN(BCStyle.CN, "directord " + host).build();
    AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    V3TBSCertificateGenerator fields = new V3TBSCertificateGenerator();
    fields.setSerialNumber(new ASN1Integer(new BigInteger(SERIAL_BITS, new SecureRandom())));
    fields.setIssuer(name);
    fields.setSubject(name);
    fields.setStartDate(new Time(Date.from(now.minus(1, ChronoUnit.DAYS))));
    fields.setEndDate(new Time(Date.from(now.plus(DAYS, ChronoUnit.DAYS))));
    fields.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
    fields.setSignature(algorithm);
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    extensions.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, host),
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
    fields.setExtensions(extensions.generate());
    TBSCertificate toBeSigned = fields.generateTBSCertificate();
    Signature signature = Signature.getInstance(SIGNATURES.get("EC"));
    signature.initSign(pair.getPrivate());
    signature.update(toBeSigned.getEncoded("DER"));
    return new DERSequence(
            new ASN1Encodable[] {toBeSigned, algorithm, new DERBitString(signature.sign())})
        .getEncoded();
  }

  private static byte[] pem(String what, byte[] content) {
    return ("-----BEGIN "
            + what
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
            + "\n-----END "
            + what
            + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> found = new ArrayList<>();
    try {
      byte[] pem = GivenFile.read(file, MAX_BYTES);
      for (Certificate one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        found.add((X509Certificate) one);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " has no certificate in PEM that can be read", e);
    }
    if (found.isEmpty()) {
      throw new IOException(file + " has no certificate in PEM");
    }
    return found;
  }

  private static PrivateKey key(Path file, String algorithm) throws IOException {
    String text = new String(PrivateFiles.read(file), StandardCharsets.ISO_8859_1);
    Matcher pem = PEM_KEY.matcher(text);
    if (!pem.find()) {
      throw new IOException(file + " has no private key in PEM");
    }
    if (!pem.group(1).equals("PRIVATE KEY")) {
      throw new IOException(
          file
              + " has its key as "
              + pem.group(1)
              + ", and PKCS #8 without a password is expected: openssl pkcs8 -topk8 -nocrypt -in "
              + file
              + " -out NEW-FILE");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(file + " has no private key that can be read for " + algorithm, e);
    }
  }

  private static boolean belongTogether(PrivateKey key, PublicKey owner) throws IOException {
    try {
      byte[] message = {1, 2, 3};
      Signature signature =
          Signature.getInstance(SIGNATURES.getOrDefault(owner.getAlgorithm(), "SHA256withRSA"));
      signature.initSign(key);
      signature.update(message);
      byte[] signed = signature.sign();
      signature.initVerify(owner);
      signature.update(message);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw new IOException("the key cannot be used: " + e.getMessage(), e);
    }
  }
}
