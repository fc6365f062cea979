// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

/// @notice A call that the owner approved beforehand, to the last byte.
struct Action {
    address target;
    uint96 value;
    bytes data;
}

/// @param delay      seconds between an answer and its execution, in which it can be vetoed
/// @param window     seconds after the delay in which it can be executed
/// @param dailyCap   wei that actions and questions may cost together in a day
/// @param largeFrom  wei from which on an action is large and wants the higher tier
/// @param confidence least probability of the class, bits of an `f32`
struct Limits {
    uint32 delay;
    uint32 window;
    uint96 dailyCap;
    uint96 largeFrom;
    uint32 confidence;
}

/// @title  What an agent may do: actions by class, limits, and a switch that stops it
/// @notice The owner alone approves actions; who reports to the agent cannot invent one. Limits are fixed at deployment. A stop ends all that is
///         under way: after `resume` nothing decided before it can be executed.
abstract contract Policy is Ownable2Step {
    /// @dev The oracle's callback reads an action whole, with the gas that was prepaid.
    uint256 internal constant MAX_DATA = 1024;

    /// @notice Who may stop and veto, besides the owner.
    address public immutable GUARDIAN;
    uint256 public immutable CLASSES;

    Limits internal _limits;
    bool public stopped;
    /// @notice Counts stops: a decision is of one generation.
    uint64 public generation;
    mapping(uint256 class => Action) private _actions;
    mapping(uint256 day => uint256) private _spent;

    event ActionApproved(uint256 indexed class, address indexed target, uint256 value, bytes data);
    event ActionRevoked(uint256 indexed class);
    event Stopped(address indexed by, uint64 generation);
    event Resumed();

    error Policy_BadLimits();
    error Policy_UnknownClass(uint256 class);
    error Policy_DataTooLong(uint256 length);
    error Policy_TargetForbidden(address target);
    error Policy_NotGuardian(address caller);
    error Policy_IsStopped();
    error Policy_CapReached(uint256 cap, uint256 spent, uint256 wanted);

    modifier onlyGuardian() {
        if (msg.sender != GUARDIAN && msg.sender != owner()) revert Policy_NotGuardian(msg.sender);
        _;
    }

    modifier whileRunning() {
        if (stopped) revert Policy_IsStopped();
        _;
    }

    constructor(address owner_, address guardian, uint256 classes, Limits memory limits_) Ownable(owner_) {
        if (limits_.window == 0 || classes == 0 || classes > 256) revert Policy_BadLimits();
        (GUARDIAN, CLASSES, _limits) = (guardian, classes, limits_);
    }

    /// @notice Approves what a class leads to, in the place of what it led to before.
    function approveAction(uint256 class, Action calldata action) external onlyOwner {
        if (class >= CLASSES) revert Policy_UnknownClass(class);
        if (action.data.length > MAX_DATA) revert Policy_DataTooLong(action.data.length);
        if (action.target == address(0) || _isForbidden(action.target)) revert Policy_TargetForbidden(action.target);
        _actions[class] = action;
        emit ActionApproved(class, action.target, action.value, action.data);
    }

    /// @notice From now on the class leads to nothing; decisions that were to execute it cannot be.
    function revokeAction(uint256 class) external onlyOwner {
        delete _actions[class];
        emit ActionRevoked(class);
    }

    /// @notice Stops the agent at once.
    function stop() external onlyGuardian {
        stopped = true;
        ++generation;
        emit Stopped(msg.sender, generation);
    }

    function resume() external onlyOwner {
        stopped = false;
        emit Resumed();
    }

    /// @notice What a class leads to; no target for nothing.
    function actionOf(uint256 class) public view returns (Action memory) {
        return _actions[class];
    }

    function limits() external view returns (Limits memory) {
        return _limits;
    }

    /// @notice Wei spent today, days counted from 1970 as the chain's clock has them.
    function spentToday() public view returns (uint256) {
        return _spent[block.timestamp / 1 days];
    }

    function _spend(uint256 amount) internal {
        uint256 spent = spentToday();
        // INVARIANT: in no day more leaves than the cap, whatever the model says.
        if (spent + amount > _limits.dailyCap) revert Policy_CapReached(_limits.dailyCap, spent, amount);
        _spent[block.timestamp / 1 days] = spent + amount;
    }

    /// @dev Contracts that the agent must not be made to call.
    function _isForbidden(address target) internal view virtual returns (bool);
}
