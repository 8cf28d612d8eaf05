package gate.definition;

import gate.base.Position;
import java.util.Optional;

/**
 * Something that legs need reachable: at an endpoint that the user names, or started from a
 * workspace. At least one of {@code endpoint} and {@code start} is there.
 *
 * @param name its name
 * @param endpoint the environment variable that holds its URL; where set, nothing is started
 * @param health what answers once it is up: a path beginning with {@code /}, {@code grpc}, {@code
 *     grpc:SERVICE} or {@code tcp}, which is also what nothing means
 * @param start how to start it
 * @param byTests whether the tests start their own where nobody names its endpoint
 * @param position where it is declared
 */
public record Service(
    String name,
    Optional<String> endpoint,
    Optional<String> health,
    Optional<Start> start,
    boolean byTests,
    Position position) {}
