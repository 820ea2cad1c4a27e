package org.pledge.answers.internal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import net.lingala.zip4j.model.enums.EncryptionMethod;

/** A ZIP file under a password (WinZip AE-2, AES-256). */
final class ZipEnvelope implements Envelope {
    private final ZipOutputStream zip;
    private final char[] password;

    ZipEnvelope(OutputStream out, char[] password) throws IOException {
        this.password = password.clone();
        this.zip = new ZipOutputStream(out, this.password);
    }

    @Override
    public OutputStream next(String name) throws IOException {
        ZipParameters parameters = new ZipParameters();
        parameters.setFileNameInZip(name);
        parameters.setEncryptFiles(true);
        parameters.setEncryptionMethod(EncryptionMethod.AES);
        parameters.setAesKeyStrength(AesKeyStrength.KEY_STRENGTH_256);
        zip.putNextEntry(parameters);
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
        zip.close();
    }

    @Override
    public void close() {
        Arrays.fill(password, '\0');
    }
}
