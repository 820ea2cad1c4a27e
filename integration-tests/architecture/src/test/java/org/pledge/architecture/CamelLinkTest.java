package org.pledge.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Camel's jars come in several patch levels: whatever one calls in another must be there. */
class CamelLinkTest {
    private static final Path CAMEL = Path.of("..", "..", "bundles", "camel");

    /** Named by the http component for a service registry (EIP service call), which the guard lets no route use. */
    private static final Set<String> ABSENT = Set.of("org/apache/camel/impl/cloud/DefaultServiceCallExpression");

    private record Type(String parent, List<String> interfaces, Set<String> members) {}

    private final Map<String, Type> types = new HashMap<>();

    @Test
    void everyMemberThatCamelCallsInCamelExists() throws IOException {
        List<Path> jars = jars();
        assertThat(jars).hasSizeGreaterThan(4);
        for (Path jar : jars) {
            read(jar, (name, reader) -> index(reader));
        }
        Set<String> broken = new TreeSet<>();
        int[] calls = {0};
        for (Path jar : jars) {
            read(jar, (name, reader) -> calls[0] += check(name, reader, broken));
        }
        assertThat(calls[0]).isGreaterThan(50_000);
        assertThat(broken).isEmpty();
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.walk(CAMEL, 3)) {
            return files.filter(file -> file.getParent().endsWith("target"))
                    .filter(file -> file.getFileName().toString().matches("pledge-camel-.*\\.jar"))
                    .toList();
        }
    }

    private interface Each {
        void take(String name, ClassReader reader);
    }

    private static void read(Path file, Each each) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().matches("org/apache/camel/.*\\.class")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        each.take(entry.getName(), new ClassReader(in.readAllBytes()));
                    }
                }
            }
        }
    }

    private void index(ClassReader reader) {
        Set<String> members = new HashSet<>();
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        members.add(name + descriptor);
                        return null;
                    }

                    @Override
                    public FieldVisitor visitField(
                            int access, String name, String descriptor, String signature, Object value) {
                        members.add(name + ":" + descriptor);
                        return null;
                    }
                },
                ClassReader.SKIP_CODE);
        types.put(reader.getClassName(), new Type(reader.getSuperName(), List.of(reader.getInterfaces()), members));
    }

    private int check(String from, ClassReader reader, Set<String> broken) {
        int[] calls = {0};
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String method, String type, String signature, String[] exceptions) {
                        return new MethodVisitor(Opcodes.ASM9) {
                            @Override
                            public void visitMethodInsn(
                                    int opcode, String owner, String name, String descriptor, boolean isInterface) {
                                check(owner, name + descriptor);
                            }

                            @Override
                            public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
                                check(owner, name + ":" + descriptor);
                            }

                            private void check(String owner, String member) {
                                if (owner.startsWith("org/apache/camel/") && !ABSENT.contains(owner)) {
                                    calls[0]++;
                                    if (!mayHave(owner, member)) {
                                        broken.add(owner + "." + member + " from " + from);
                                    }
                                }
                            }
                        };
                    }
                },
                ClassReader.SKIP_DEBUG);
        return calls[0];
    }

    /** Whether a class has a member, itself or inherited; of a class outside of Camel everything is believed. */
    private boolean mayHave(String owner, String member) {
        Type type = types.get(owner);
        if (type == null) {
            return !owner.startsWith("org/apache/camel/");
        }
        return type.members().contains(member)
                || inherits(type.parent(), member)
                || type.interfaces().stream().anyMatch(each -> mayHave(each, member));
    }

    private boolean inherits(String parent, String member) {
        if ("java/lang/Object".equals(parent)) {
            return member.matches(
                    "(<init>|clone|equals|finalize|getClass|hashCode|notify|notifyAll|toString|wait)\\(.*");
        }
        return parent != null && mayHave(parent, member);
    }
}
