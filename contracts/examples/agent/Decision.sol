// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

enum DecisionState {
    NONE,
    ASKED,
    SCHEDULED,
    DECLINED,
    EXECUTED,
    VETOED
}

/// @param reach      wei: the dearest action that this question may lead to
/// @param executable from this unix second on
/// @param actionHash of the action as it was approved when the answer came
struct Decision {
    DecisionState state;
    uint8 class;
    uint40 executable;
    uint64 generation;
    uint96 reach;
    bytes32 actionHash;
}
