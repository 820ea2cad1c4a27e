package org.pledge.answers.internal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A ZIP file in a JWE (RFC 7516, compact) with ECDH-ES and A256GCM, written as a stream. */
final class JweEnvelope implements Envelope {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int TAG_BITS = 128;

    private final OutputStream out;
    private final Sealing sealing;
    private final ZipOutputStream zip;

    JweEnvelope(OutputStream out, PersonKey key) throws IOException {
        this.out = out;
        try {
            PersonKey.Agreement agreement = key.agree("A256GCM");
            byte[] content = agreement.contentKey();
            String header = BASE64.encodeToString(
                    ("{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"cty\":\"application/zip\"" + agreement.header() + "}")
                            .getBytes(StandardCharsets.UTF_8));
            byte[] nonce = new byte[NONCE_BYTES];
            new SecureRandom().nextBytes(nonce);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(content, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            Arrays.fill(content, (byte) 0);
            cipher.updateAAD(header.getBytes(StandardCharsets.US_ASCII));
            ascii(header + ".." + BASE64.encodeToString(nonce) + ".");
            this.sealing = new Sealing(out, cipher);
            this.zip = new ZipOutputStream(sealing);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void ascii(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public OutputStream next(String name) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        return new FilterOutputStream(zip) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                zip.closeEntry();
            }
        };
    }

    @Override
    public void finish() throws IOException {
        zip.finish();
        byte[] last = sealing.last();
        int content = last.length - TAG_BYTES;
        sealing.encoded.write(last, 0, content);
        sealing.encoded.finish();
        ascii("." + BASE64.encodeToString(Arrays.copyOfRange(last, content, last.length)));
        out.flush();
    }

    @Override
    public void close() {
        // the content's key was wiped when the cipher had it
    }

    /** Encrypts and encodes what passes through. */
    private static final class Sealing extends OutputStream {
        private final Encoded encoded;
        private final Cipher cipher;

        Sealing(OutputStream out, Cipher cipher) {
            this.encoded = new Encoded(out);
            this.cipher = cipher;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] sealedBytes = cipher.update(bytes, offset, length);
            if (sealedBytes != null) {
                encoded.write(sealedBytes, 0, sealedBytes.length);
            }
        }

        byte[] last() {
            try {
                return cipher.doFinal();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Encodes as base64url in whole groups of three bytes. */
    private static final class Encoded {
        private final OutputStream out;
        private final byte[] rest = new byte[3];
        private int kept;

        Encoded(OutputStream out) {
            this.out = out;
        }

        void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] all = Arrays.copyOf(rest, kept + length);
            System.arraycopy(bytes, offset, all, kept, length);
            int whole = all.length - all.length % rest.length;
            out.write(BASE64.encode(Arrays.copyOf(all, whole)));
            kept = all.length - whole;
            System.arraycopy(all, whole, rest, 0, kept);
        }

        void finish() throws IOException {
            out.write(BASE64.encode(Arrays.copyOf(rest, kept)));
        }
    }
}
