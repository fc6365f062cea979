// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssertionId, GameId, RequestId} from "../types/Ids.sol";
import {IOperatorRegistry} from "./IOperatorRegistry.sol";

enum RequestStatus {
    NONE,
    OPEN,
    SETTLED,
    EXPIRED
}

enum AssertionStatus {
    NONE,
    STANDING,
    RELEASED,
    DEFEATED
}

/// @notice A requester's terms. Liveness and bond are the request's security tier.
/// @param deadline    last unix second at which an assertion is taken
/// @param liveness    seconds for which an assertion can be disputed
/// @param bond        wei that each asserter locks
/// @param callbackGas gas for the consumer's callback, 0 for none
struct RequestTerms {
    uint40 deadline;
    uint32 liveness;
    uint128 bond;
    uint32 callbackGas;
}

/// @param consumer   who asked and is called back
/// @param fee        wei for the asserter that settles it
/// @param reopened   whether a defeat has re-opened it already
/// @param delivered  whether the callback succeeded, or was not wanted
/// @param settledAt  unix seconds, 0 before
struct Request {
    address consumer;
    RequestStatus status;
    bool reopened;
    bool delivered;
    uint40 settledAt;
    uint32 cursor;
    uint128 fee;
    RequestTerms terms;
    bytes32 programRoot;
    bytes32 inputRoot;
    AssertionId settledBy;
}

/// @param openGames games over it that may still end
struct Assertion {
    RequestId request;
    address asserter;
    uint40 assertedAt;
    uint32 openGames;
    AssertionStatus status;
    bytes32 traceRoot;
}

/// @title  Request, assert, settle
/// @notice The life of a question: asked with a fee, answered with a bond, defended or defeated, settled and delivered.
interface IInferenceOracle {
    event InferenceRequested(
        RequestId indexed requestId, bytes32 indexed programRoot, address indexed consumer, uint256 nonce, uint256 fee, RequestTerms terms, bytes input
    );
    event AssertionMade(
        AssertionId indexed assertionId, RequestId indexed requestId, address indexed asserter, bytes32 traceRoot, bytes output
    );
    event AssertionDefeated(AssertionId indexed assertionId, GameId indexed gameId, address indexed asserter, uint256 bond);
    event AssertionReleased(AssertionId indexed assertionId, address indexed asserter, uint256 bond);
    event RequestReopened(RequestId indexed requestId, uint256 deadline);
    event RequestSettled(RequestId indexed requestId, AssertionId indexed assertionId, address indexed asserter, bytes output);
    event RequestExpired(RequestId indexed requestId, uint256 refund);
    event CallbackDelivered(RequestId indexed requestId);
    event CallbackFailed(RequestId indexed requestId, bytes reason);

    error InferenceOracle_InputLength(uint256 expected, uint256 given);
    error InferenceOracle_OutputLength(uint256 expected, uint256 given);
    error InferenceOracle_OutputNotInTrace(uint256 output);
    error InferenceOracle_OutputProofs(uint256 expected, uint256 given);
    error InferenceOracle_BadTerms();
    error InferenceOracle_RequestNotOpen(RequestId requestId);
    error InferenceOracle_AfterDeadline(RequestId requestId, uint256 deadline);
    error InferenceOracle_BeforeDeadline(RequestId requestId, uint256 deadline);
    error InferenceOracle_AlreadyAsserted(AssertionId assertionId);
    error InferenceOracle_NotFinal(AssertionId assertionId);
    error InferenceOracle_NoSurvivor(RequestId requestId);
    error InferenceOracle_WrongOutput(AssertionId assertionId);
    error InferenceOracle_AssertionPending(AssertionId assertionId);
    error InferenceOracle_NotStanding(AssertionId assertionId);
    error InferenceOracle_LivenessOver(AssertionId assertionId);
    error InferenceOracle_NotGame(address caller);
    error InferenceOracle_NotRetryable(RequestId requestId);
    error InferenceOracle_GasTooLow(uint256 needed, uint256 given);

    /// @notice Asks for an inference; the value sent is the fee.
    /// @param programRoot a registered program
    /// @param input       all inputs' bytes, SPEC section 6
    function requestInference(bytes32 programRoot, bytes calldata input, RequestTerms calldata terms)
        external
        payable
        returns (RequestId);

    /// @notice Answers with a bond from the caller's free stake.
    /// @param output    all outputs' bytes, SPEC section 6
    /// @param traceRoot root of the salted trace tree
    /// @param proofs    for each output the siblings of its leaf in that tree, bottom up
    function assertResult(RequestId requestId, bytes calldata output, bytes32 traceRoot, bytes32[][] calldata proofs)
        external
        returns (AssertionId);

    /// @notice Settles with the earliest surviving assertion, which must be final, pays the fee, and calls the consumer back.
    function settle(RequestId requestId, bytes calldata output) external;

    /// @notice Calls a consumer back whose callback failed.
    function retryCallback(RequestId requestId, bytes calldata output) external;

    /// @notice Ends a request that nobody answered in time; the fee goes back to the consumer.
    function expire(RequestId requestId) external;

    /// @notice Frees the bond of a final assertion.
    function release(AssertionId assertionId) external;

    /// @notice Game only: a game was opened over the assertion. Reverts when its liveness is over.
    function gameOpened(AssertionId assertionId) external;

    /// @notice Game only: a game ended for the asserter.
    function gameClosed(AssertionId assertionId) external;

    /// @notice Game only: a game was won against the assertion. Its bond is slashed.
    function defeat(AssertionId assertionId, GameId gameId) external;

    /// @notice The vault from which everything owed is withdrawn.
    function operators() external view returns (IOperatorRegistry);

    function request(RequestId requestId) external view returns (Request memory);
    function assertion(AssertionId assertionId) external view returns (Assertion memory);
    function assertionCount(RequestId requestId) external view returns (uint256);
    function assertionAt(RequestId requestId, uint256 index) external view returns (AssertionId);

    /// @notice The asserter's or a challenger's salt for a request, SPEC section 6.
    function saltOf(RequestId requestId, address account) external view returns (bytes32);

    /// @notice Whether an assertion has outlived its liveness and all its games.
    function isFinal(AssertionId assertionId) external view returns (bool);
}
