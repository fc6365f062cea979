// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BufferProof} from "../../contracts/interfaces/IStepVerifier.sol";
import {AssertionId, GameId, RequestId} from "../../contracts/types/Ids.sol";
import {Trace} from "./Tiny.sol";

/// @notice One transaction of the deployment; to nobody for the creation of a contract.
struct Transaction {
    address to;
    bytes data;
}

/// @notice What genesis.ts writes.
struct Genesis {
    address deployer;
    address models;
    address operators;
    address oracle;
    address game;
    address claims;
    address[] protocol;
    Transaction[] transactions;
    bytes32 versionId;
    bytes[] descriptors;
    BufferProof[] proofs;
}

/// @param nonce of the request among its consumer's
/// @param due   wei that the oracle holds for it until it ends
struct Question {
    RequestId id;
    address consumer;
    uint256 nonce;
    bytes32 input;
    uint256 due;
}

/// @param index among the request's assertions
/// @param kind  of the lie, where it is one
struct Answer {
    AssertionId id;
    uint256 question;
    uint256 index;
    address asserter;
    bool truthful;
    uint8 kind;
    Trace claim;
}

/// @param bond wei that the game holds for it until it ends
struct Match {
    GameId id;
    uint256 answer;
    address challenger;
    bool honest;
    uint256 bond;
}
