package org.pledge.simulators;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Collection;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.config.keys.AuthorizedKeysAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * An SFTP server: {@code SftpPartner FOLDER [PORT]}. Whoever {@code FOLDER/authorized_keys} names may log in; the files
 * are in {@code FOLDER/files}, and {@code FOLDER/operations} says what was done, a line each.
 */
public final class SftpPartner {
    private SftpPartner() {}

    /** Starts it; prints {@code HOST-KEY <key>} and {@code PORT <n>}. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Path folder = Path.of(arguments[0]);
        Path operations = folder.resolve("operations");
        Files.createDirectories(folder.resolve("files/drop"));
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0);
        KeyPair hostKey = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPublickeyAuthenticator(new AuthorizedKeysAuthenticator(folder.resolve("authorized_keys")));
        server.setFileSystemFactory(new VirtualFileSystemFactory(folder.resolve("files")));
        SftpSubsystemFactory sftp = new SftpSubsystemFactory();
        sftp.addSftpEventListener(new SftpEventListener() {
            @Override
            public void opening(ServerSession session, String remote, Handle handle) throws IOException {
                if (handle instanceof FileHandle file && file.getOpenOptions().contains(StandardOpenOption.WRITE)) {
                    note(operations, "write " + file.getFile().getFileName());
                }
            }

            @Override
            public void moved(
                    ServerSession session, Path from, Path to, Collection<CopyOption> options, Throwable thrown)
                    throws IOException {
                note(
                        operations,
                        (thrown == null ? "rename " : "no rename ") + from.getFileName() + " " + to.getFileName());
            }
        });
        server.setSubsystemFactories(List.of(sftp));
        server.start();
        System.out.println("HOST-KEY " + PublicKeyEntry.toString(hostKey.getPublic()));
        System.out.println("PORT " + server.getPort());
        Until.inputEnds();
    }

    private static synchronized void note(Path operations, String line) throws IOException {
        Files.write(
                operations,
                (line + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
