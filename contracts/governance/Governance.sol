// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";

/// @title  Who may change a parameter or freeze a withdrawal
/// @notice All roles are dealt in the constructor: the deployer has none at any time. The governor changes parameters, and anything here, behind
///         the timelock; the guardian freezes at once. No contract of the protocol has a restricted function beyond these.
contract Governance is AccessManager {
    uint64 public constant PARAMETER_ROLE = 1;
    uint64 public constant GUARDIAN_ROLE = 2;

    /// @param timelock seconds between the scheduling and the execution of whatever the governor does
    constructor(address governor, address guardian, uint32 timelock, address parameters, address vault) AccessManager(governor) {
        _grantRole(ADMIN_ROLE, governor, 0, timelock);
        _grantRole(PARAMETER_ROLE, governor, 0, timelock);
        _grantRole(GUARDIAN_ROLE, guardian, 0, 0);
        _setTargetFunctionRole(parameters, IParameters.setRequestRules.selector, PARAMETER_ROLE);
        _setTargetFunctionRole(parameters, IParameters.setGameRules.selector, PARAMETER_ROLE);
        _setTargetFunctionRole(parameters, IParameters.setVaultRules.selector, PARAMETER_ROLE);
        _setTargetFunctionRole(vault, IOperatorRegistry.freeze.selector, GUARDIAN_ROLE);
    }
}
