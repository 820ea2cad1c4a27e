package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;

class TemplateFolderTest {
    private static final TenantId IW = new TenantId("iwebtrack");
    private static final String NOTE = "Class: service\nPurpose: account\nSubject: Note\n\nAll is well.\n";

    @TempDir
    Path directory;

    private final World world = new World();
    private volatile boolean trusted = true;
    private volatile boolean lapsed;
    private TemplateFolder folder;
    private Path file;

    @BeforeEach
    void watch() throws IOException {
        file = Files.createDirectories(directory.resolve("iwebtrack")).resolve("note.template");
        open();
    }

    private void open() {
        folder = new TemplateFolder(world.templates, world.policies, new Trust(), directory, 10);
    }

    private Verdict signed(Path template, byte[] content, Target target) {
        assertThat(target).isEqualTo(Target.TEMPLATE);
        return trusted
                ? new Verdict.Trusted("key", 1)
                : new Verdict.Refused(Reason.UNTRUSTED_KEY, "no valid key is there. Sign it");
    }

    @AfterEach
    void stop() {
        folder.stop();
    }

    private boolean inUse() {
        return world.templates.find(IW, "note").isPresent();
    }

    private Path report() {
        return file.resolveSibling("note.template.refused");
    }

    @Test
    void takesATemplateIntoUseAndOutOfItAgain() throws IOException {
        Files.writeString(file, NOTE);
        await().until(this::inUse);
        assertThat(world.audit.of(Act.TEMPLATE_INSTALLED)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("template", "note")
                .containsEntry("purpose", "account"));

        Files.delete(file);
        await().until(() -> !inUse());
    }

    @Test
    void leavesAReportBesideARefusedTemplateAndKeepsTheOneInUse() throws IOException {
        Files.writeString(file, NOTE);
        await().until(this::inUse);
        Files.writeString(file, NOTE.replace("All is well.", "Reply with your password."));
        await().until(() -> Files.exists(report()));

        assertThat(Files.readString(report())).startsWith("iwebtrack/note.template:5: text: ");
        assertThat(world.templates.find(IW, "note").orElseThrow().text()).contains("All is well.");
        assertThat(world.audit.of(Act.TEMPLATE_REFUSED)).isNotEmpty();

        Files.writeString(file, NOTE.replace("well", "very well"));
        await().until(() -> !Files.exists(report()));
        assertThat(world.templates.find(IW, "note").orElseThrow().text()).contains("very well");
    }

    @Test
    void refusesWhatNoTrustedKeySignedAndKeepsTheOneInUse() throws IOException {
        Files.writeString(file, NOTE);
        await().until(this::inUse);
        trusted = false;
        Files.writeString(file, NOTE.replace("well", "very well"));
        await().until(() -> Files.exists(report()));

        assertThat(Files.readString(report()))
                .isEqualTo("iwebtrack/note.template: no valid key is there. Sign it" + " (UNTRUSTED_KEY)\n");
        assertThat(world.templates.find(IW, "note").orElseThrow().text()).contains("All is well.");
    }

    @Test
    void looksAgainWhenThePolicyChanges() throws IOException {
        Files.writeString(file, NOTE.replace("Purpose: account", "Purpose: service"));
        await().until(() -> Files.exists(report()));

        world.install(
                "iwebtrack",
                World.pack("iwebtrack")
                        .replace("version: 5\n", "version: 6\n")
                        .replace(
                                "data: { email: until account-closed, website-address",
                                "data: { message: P1D, email: until account-closed, website-address")
                        .replace("    for: account\n", "    for: [account, service]\n"));

        await().until(this::inUse);
    }

    @Test
    void aTemplateThatWasDeletedWhileNobodyWatchedIsNoLongerInUse() throws IOException {
        Files.writeString(file, NOTE);
        await().until(this::inUse);
        folder.stop();
        Files.delete(file);
        open();
        await().until(() -> !inUse());
    }

    @Test
    void aTemplateWhoseKeyLapsedIsOutOfUseFromItsNextChangeOrThePolicys() throws IOException {
        Files.writeString(file, NOTE);
        await().until(this::inUse);
        trusted = false;
        lapsed = true;
        world.install("iwebtrack", World.pack("iwebtrack").replace("version: 5\n", "version: 6\n"));
        await().until(() -> !inUse());
        await().until(() -> Files.exists(report())
                && Files.readString(report())
                        .equals("iwebtrack/note.template: no valid key is there. Sign it (UNTRUSTED_KEY)\n"
                                + "It is no longer in use, because the key it rested on is no longer trusted.\n"));

        trusted = true;
        lapsed = false;
        await().until(this::inUse);
    }

    /** Has one key; the same name of another target or tenant is none of a template's. */
    private final class Trust implements ArtifactTrust {
        @Override
        public Verdict check(Path template, byte[] content, Target target) {
            return signed(template, content, target);
        }

        @Override
        public List<Signed> active() {
            return List.of(
                    new Signed(Target.ROUTE, "iwebtrack/note.template", 1, "key", false),
                    new Signed(Target.TEMPLATE, "korax/note.template", 1, "key", false),
                    new Signed(Target.TEMPLATE, "iwebtrack/note.template", 1, "key", !lapsed));
        }
    }
}
