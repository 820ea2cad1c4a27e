package org.pledge.deploy.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.deploy.ArtifactTrust.Target;

/** The commands {@code sign}, {@code key} and {@code ship} of the launcher; they need no running platform. */
public final class SignCommand {
    private static final String HELP =
            """
            pledge sign FILE... [--key KEYFILE] [--target bundle|route|partner|policy|template] [--version N]
              writes FILE.sig beside each file. The target follows from the name when it is one of *.jar,
              *.camel.yaml, *.camel.xml, *.partner.yaml, *.policy.yaml, *.template. A template is signed for the
              tenant that its folder is named after: TENANT/NAME.template. The version is the second of signing, and
              always higher than that of an earlier FILE.sig. KEYFILE: keys/deploy.key in PLEDGE_DATA unless given.
            pledge key [NAME] [--key KEYFILE] [--trust FOLDER]
              makes a key pair: the private key in KEYFILE, which only you can read, the public one in
              FOLDER/NAME.pub, where the platform trusts it (NAME: deploy unless given).
            Exit code: 0 done, 1 not possible, 2 not understood.
            """;
    private static final Pattern PEM = Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)-----END \\1-----");
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** What stops a command, in words for its user. */
    private static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;

        private final int code;

        Stop(int code, String text) {
            super(text);
            this.code = code;
        }
    }

    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;
    private final List<String> words = new ArrayList<>();
    private Optional<Path> key = Optional.empty();
    private Optional<Path> trust = Optional.empty();
    private Optional<Target> target = Optional.empty();
    private Optional<Long> version = Optional.empty();

    SignCommand(PrintStream out, PrintStream err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    /** Exits with 0, 1 or 2. */
    public static void main(String[] args) {
        System.exit(new SignCommand(System.out, System.err, Clock.systemUTC()).run(args));
    }

    int run(String... args) {
        try {
            if (Arrays.asList(args).contains("--help") || args.length == 0) {
                (args.length == 0 ? err : out).print(HELP);
                return args.length == 0 ? 2 : 0;
            }
            read(args);
            switch (args[0]) {
                case "sign" -> sign();
                case "key" -> key();
                case "ship" -> ship();
                default -> throw new Stop(2, "there is no command '" + args[0] + "'; see --help");
            }
            return 0;
        } catch (Stop e) {
            err.println("pledge: " + e.getMessage());
            return e.code;
        } catch (NoSuchFileException e) {
            err.println("pledge: there is no " + e.getFile());
            return 1;
        } catch (IOException e) {
            err.println("pledge: cannot read or write: " + e.getMessage());
            return 1;
        }
    }

    private void read(String... args) throws Stop {
        for (int i = 1; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                words.add(args[i]);
                continue;
            }
            if (i + 1 == args.length) {
                throw new Stop(2, args[i] + " needs a value; see --help");
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--key" -> key = Optional.of(Path.of(value));
                case "--trust" -> trust = Optional.of(Path.of(value));
                case "--target" -> target = Optional.of(target(value));
                case "--version" -> version = Optional.of(number(value));
                default -> throw new Stop(2, "there is no option " + args[i] + "; see --help");
            }
            i++;
        }
    }

    private static Target target(String value) throws Stop {
        return Arrays.stream(Target.values())
                .filter(each -> each.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> new Stop(2, "the target is one of bundle, route, partner, policy, template"));
    }

    private static long number(String value) throws Stop {
        if (!value.matches("0|[1-9][0-9]{0,17}")) {
            throw new Stop(2, "the version is a whole number from 0");
        }
        return Long.parseLong(value);
    }

    private void sign() throws Stop, IOException {
        if (words.isEmpty()) {
            throw new Stop(2, "name the file to sign; see --help");
        }
        Path secretFile = key.orElseThrow(() -> new Stop(2, "name the key with --key"));
        if (!Files.isRegularFile(secretFile)) {
            throw new Stop(1, "there is no key " + secretFile + ". Make one: ./pledge key NAME");
        }
        PrivateKey secret;
        PublicKey open;
        String pem = Files.readString(secretFile, StandardCharsets.US_ASCII);
        try {
            KeyFactory keys = KeyFactory.getInstance("Ed25519");
            secret = keys.generatePrivate(new PKCS8EncodedKeySpec(block(pem, "PRIVATE KEY")));
            open = keys.generatePublic(new X509EncodedKeySpec(block(pem, "PUBLIC KEY")));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Stop(1, secretFile + " is no key that ./pledge key wrote");
        }
        for (String word : words) {
            sign(Path.of(word), secret, open);
        }
    }

    private void sign(Path file, PrivateKey secret, PublicKey open) throws Stop, IOException {
        String fileName = String.valueOf(file.getFileName());
        Target purpose = target.or(() -> byName(fileName))
                .orElseThrow(
                        () -> new Stop(2, "what " + fileName + " is for does not follow from its name: add --target"));
        String name = DefaultArtifactTrust.nameOf(file.toAbsolutePath(), purpose);
        if (!Signature.nameable(name)) {
            throw new Stop(
                    1,
                    name + ": a signed file's name has letters, digits, '.', '-' and '_' only"
                            + (purpose == Target.TEMPLATE ? ", and its folder is named like its tenant" : "")
                            + "; rename it");
        }
        Path beside = file.resolveSibling(fileName + Signature.ENDING);
        byte[] content = Files.readAllBytes(file);
        long earlier = Files.isRegularFile(beside)
                ? Signature.read(Files.readAllBytes(beside))
                        .map(Signature::version)
                        .orElse(-1L)
                : -1;
        long next = version.orElse(Math.max(earlier + 1, clock.instant().getEpochSecond()));
        Signature signature;
        try {
            signature = Signature.sign(name, purpose, next, content, open, secret);
        } catch (GeneralSecurityException e) {
            throw new Stop(1, "the key cannot sign: " + e.getClass().getSimpleName());
        }
        if (!signature.isBy(open)) {
            throw new Stop(1, "the two halves of the key do not belong together; make a new one: ./pledge key NAME");
        }
        Path written = file.resolveSibling("." + fileName + Signature.ENDING + ".next");
        Files.writeString(written, signature.text());
        Files.move(written, beside, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        out.println(beside + ": " + purpose.name().toLowerCase(Locale.ROOT) + ", version " + next + ", key "
                + signature.key());
    }

    private static Optional<Target> byName(String name) {
        if (name.endsWith(".jar")) {
            return Optional.of(Target.BUNDLE);
        }
        if (name.endsWith(".camel.yaml") || name.endsWith(".camel.xml")) {
            return Optional.of(Target.ROUTE);
        }
        if (name.endsWith(".partner.yaml")) {
            return Optional.of(Target.PARTNER);
        }
        if (name.endsWith(".template")) {
            return Optional.of(Target.TEMPLATE);
        }
        return name.endsWith(".policy.yaml") ? Optional.of(Target.POLICY) : Optional.empty();
    }

    private static byte[] block(String pem, String kind) {
        Matcher block = PEM.matcher(pem);
        while (block.find()) {
            if (block.group(1).equals(kind)) {
                return Base64.getMimeDecoder().decode(block.group(2));
            }
        }
        throw new IllegalArgumentException(kind);
    }

    private void key() throws Stop, IOException {
        String name = words.isEmpty() ? "deploy" : words.get(0);
        if (words.size() > 1 || !Signature.nameable(name)) {
            throw new Stop(2, "a key has one name, of letters, digits, '.', '-' and '_'");
        }
        Path secretFile = key.orElseThrow(() -> new Stop(2, "name the key file with --key"))
                .toAbsolutePath();
        Path openFile = trust.orElseThrow(() -> new Stop(2, "name the folder of trusted keys with --trust"))
                .toAbsolutePath()
                .resolve(name + ".pub");
        if (Files.exists(secretFile, LinkOption.NOFOLLOW_LINKS) || Files.exists(openFile, LinkOption.NOFOLLOW_LINKS)) {
            throw new Stop(
                    1,
                    (Files.exists(openFile) ? openFile : secretFile)
                            + " is there already. Choose another NAME and --key KEYFILE, or remove it first");
        }
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new Stop(1, "this Java makes no Ed25519 keys: use JDK 17");
        }
        String open = pem("PUBLIC KEY", pair.getPublic().getEncoded());
        Files.createDirectories(secretFile.getParent());
        Files.createDirectories(openFile.getParent());
        try {
            Files.createFile(secretFile, PosixFilePermissions.asFileAttribute(OWNER));
        } catch (FileAlreadyExistsException e) {
            throw new Stop(1, secretFile + " is there already");
        }
        Files.writeString(
                secretFile,
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()) + open,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.writeString(openFile, open, StandardOpenOption.CREATE_NEW);
        out.println("Private key: " + secretFile + " (keep it away from the platform's machine in production)");
        out.println("Trusted key: " + openFile + " (" + Signature.keyId(pair.getPublic()) + ")");
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n" + LINES.encodeToString(content) + "\n-----END " + kind + "-----\n";
    }

    /** For the build: lists what an assembled distribution comes with. */
    private void ship() throws Stop, IOException {
        if (words.size() != 1) {
            throw new Stop(2, "name the folder of the assembled distribution");
        }
        Path home = Path.of(words.get(0));
        Set<String> lines = new TreeSet<>(Comparator.comparing((String line) -> line.substring(64)));
        for (String folder : List.of("system", "etc/policies", "etc/partners", "etc/templates", "deploy")) {
            if (!Files.isDirectory(home.resolve(folder))) {
                continue;
            }
            try (Stream<Path> files = Files.walk(home.resolve(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (!folder.equals("system") || file.toString().endsWith(".jar")) {
                        String path = home.relativize(file).toString().replace('\\', '/');
                        lines.add(Signature.sha256(Files.readAllBytes(file)) + "  " + path);
                    }
                }
            }
        }
        if (lines.isEmpty()) {
            throw new Stop(1, home + " is no assembled distribution");
        }
        Path list = home.resolve("etc/keys/shipped.sha256");
        Files.createDirectories(list.getParent());
        Files.writeString(list, lines.stream().collect(Collectors.joining("\n", "", "\n")));
        out.println(list + ": " + lines.size() + " files");
    }
}
