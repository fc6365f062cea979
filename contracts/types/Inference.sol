// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssertionId, RequestId} from "./Ids.sol";

enum RequestStatus {
    NONE,
    OPEN,
    SETTLED,
    EXPIRED,
    EXPIRED_PARTIAL
}

enum AssertionStatus {
    NONE,
    STANDING,
    RELEASED,
    DEFEATED
}

/// @notice Which of a consumer's functions is called.
enum Hook {
    ASSERTION,
    INVALIDATED,
    INFERENCE
}

/// @notice A requester's terms. Liveness, bond and delay price are the request's security tier.
/// @param deadline      last unix second at which an assertion is taken
/// @param liveness      seconds for which an assertion can be disputed
/// @param bond          wei that each asserter locks, below 2^80
/// @param fee           wei for the operators, below 2^80; shared by the `redundancy` earliest
/// @param delayPrice    wei of a challenger's bond that the consumer gets if the challenge is lost, below 2^80
/// @param callbackGas   gas for each call of the consumer, 0 for none
/// @param redundancy    different asserters that have to agree, 1 to 8
/// @param optimistic    whether the consumer hears of the first answer before it is final; wants callback gas
/// @param allowInactive whether a version without attestations will do
struct RequestTerms {
    uint40 deadline;
    uint32 liveness;
    uint96 bond;
    uint96 fee;
    uint96 delayPrice;
    uint32 callbackGas;
    uint8 redundancy;
    bool optimistic;
    bool allowInactive;
}

/// @notice One entry of a batch, as the arguments of `requestInference`.
struct Ask {
    bytes32 versionId;
    bytes input;
    RequestTerms terms;
}

/// @param consumer    who asked and is called back
/// @param reopened    whether a defeat has re-opened it already
/// @param delivered   whether the final callback succeeded, or was not wanted
/// @param told        1 + the index of the assertion that an optimistic consumer was told, 0 for none
/// @param settledAt   unix seconds, 0 before
/// @param gasPrice    wei per gas at which its callbacks are prepaid
/// @param price       wei for the model's owner
/// @param inputRoot   SPEC section 6; zero until somebody prepared a dispute, see `prepare`
/// @param terms       as asked; the deadline as a re-opening moved it, and 0 once settled
/// @param settledBy   the assertion that it settled with, zero before
struct Request {
    address consumer;
    RequestStatus status;
    bool reopened;
    bool delivered;
    uint16 told;
    uint40 settledAt;
    uint64 gasPrice;
    uint96 price;
    RequestTerms terms;
    bytes32 programRoot;
    bytes32 inputRoot;
    AssertionId settledBy;
}

/// @param request    zero until somebody prepared a dispute over it, see `prepare`
/// @param openGames  games over it that may still end
/// @param outputHash keccak-256 of the output bytes where the request wants more than one asserter, else zero
struct Assertion {
    RequestId request;
    address asserter;
    uint40 assertedAt;
    uint32 openGames;
    AssertionStatus status;
    bytes32 traceRoot;
    bytes32 outputHash;
}

/// @notice What a dispute over an assertion needs to know.
/// @param salt   of the asserter for the request
/// @param serial of the version that was asked
struct Disputed {
    address asserter;
    bytes32 traceRoot;
    bytes32 salt;
    bytes32 inputRoot;
    uint40 serial;
}

/// @notice What a dispute needs to know of an assertion and its request, and what their ids commit to.
/// @param request    that was answered
/// @param nonce      of the request, as its event says
/// @param inputRoot  of the request's input bytes, SPEC section 6
/// @param outputHash keccak-256 of the answer's output bytes
struct Evidence {
    RequestId request;
    uint256 nonce;
    bytes32 inputRoot;
    bytes32 outputHash;
}

/// @param status          of the request
/// @param assertionStatus of `assertion`
/// @param isFinal         whether nothing can defeat `assertion` any more
/// @param assertion       the one it settled with; before, the earliest that stands; zero for none
struct Result {
    RequestStatus status;
    AssertionStatus assertionStatus;
    bool isFinal;
    AssertionId assertion;
}
