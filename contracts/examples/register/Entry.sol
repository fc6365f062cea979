// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {F32} from "../../consumer/F32.sol";
import {AssertionId, RequestId} from "../../types/Ids.sol";

enum Standing {
    NONE,
    ASKED,
    PROVISIONAL,
    INVALIDATED,
    FINAL,
    EXPIRED
}

/// @notice What one version of the model said of one content, and where that comes from.
/// @param submitter   who asked
/// @param recordedAt  unix seconds at which the label was recorded or last changed
/// @param number      number of the version in its model
/// @param label       class; of no meaning unless provisional or final
/// @param probability as the model gave it
/// @param asserter    who stands for it
struct Entry {
    address submitter;
    uint40 recordedAt;
    uint32 number;
    Standing standing;
    uint8 label;
    F32 probability;
    address asserter;
    bytes32 versionId;
    bytes32 programRoot;
    RequestId request;
    AssertionId assertion;
}
