// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Game, GameStatus, IDisputeGame, Kill} from "../interfaces/IDisputeGame.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {GameRules, IParameters} from "../interfaces/IParameters.sol";
import {Bonds} from "../libraries/Bonds.sol";
import {Clock, Side} from "../types/Clock.sol";
import {AssertionId, GameId} from "../types/Ids.sol";
import {ROOT} from "../types/Position.sol";
import {GameGas} from "./GameGas.sol";
import {GameStore} from "./GameStore.sol";

/// @title How games begin and end, and where their bonds go
abstract contract Outcomes is GameStore {
    IOperatorRegistry public immutable OPERATORS;
    IParameters public immutable PARAMETERS;

    constructor(IOperatorRegistry operators, IParameters parameters) {
        OPERATORS = operators;
        PARAMETERS = parameters;
    }

    /// @inheritdoc IDisputeGame
    function challengerBondAt(AssertionId assertionId, uint256 baseFee) public view returns (uint256) {
        return _bond(PARAMETERS.gameRules(), baseFee) + ORACLE.delayPriceOf(assertionId);
    }

    /// @inheritdoc IDisputeGame
    function challengerBond(AssertionId assertionId) external view returns (uint256) {
        return challengerBondAt(assertionId, block.basefee);
    }

    /// @inheritdoc IDisputeGame
    function open(AssertionId assertionId, bytes32 root) external payable returns (GameId gameId) {
        gameId = GameId.wrap(keccak256(abi.encode(assertionId, msg.sender, root)));
        if (_games[gameId].status != GameStatus.NONE) revert DisputeGame_AlreadyOpen(gameId);
        GameRules memory rules = PARAMETERS.gameRules();
        uint256 bond = _bond(rules, block.basefee) + ORACLE.gameOpened(assertionId);
        if (msg.value < bond) revert DisputeGame_BondTooLow(bond, msg.value);
        Game memory g;
        g.assertion = assertionId;
        g.challenger = msg.sender;
        g.openedIn = uint40(block.number);
        g.order = ++_gameCount;
        g.status = GameStatus.IN_PROGRESS;
        g.position = ROOT;
        // INVARIANT: what a game needs of the rules is pinned here; `Parameters` bounds all of it far below these widths.
        (uint24 clock, uint24 extension) = (uint24(rules.clock), uint24(rules.extension));
        Side turn = _timeAt(_place(g)) == 0 ? Side.ASSERTER : Side.CHALLENGER;
        g.clock = Clock({turn: turn, since: uint40(block.timestamp), asserter: clock, challenger: clock, extension: extension});
        g.bond = uint88(bond);
        g.gasPrice = uint48(rules.gasPrice);
        _games[gameId].create(g);
        emit GameOpened(gameId, assertionId, msg.sender, root);
        OPERATORS.credit{value: bond}(address(this));
        if (msg.value > bond) OPERATORS.credit{value: msg.value - bond}(msg.sender);
    }

    /// @inheritdoc IDisputeGame
    function timeout(GameId gameId) external {
        Game memory g = _inProgress(gameId);
        if (_kills[g.assertion].order != 0) revert DisputeGame_NotInProgress(gameId);
        if (!_expired(g.clock, block.timestamp)) revert DisputeGame_NotExpired(gameId);
        if (g.clock.turn == Side.ASSERTER) _challengerWins(gameId, _spend(g, GameGas.TIMEOUT));
        else _defenderWins(gameId, g);
    }

    /// @inheritdoc IDisputeGame
    function refund(GameId gameId) external {
        Game memory g = _games[gameId].load();
        if (g.status != GameStatus.IN_PROGRESS) revert DisputeGame_NotInProgress(gameId);
        if (_kills[g.assertion].order == 0) revert DisputeGame_AssertionStands(g.assertion);
        _resolve(gameId, g, GameStatus.VOID);
        OPERATORS.transferPayout(g.challenger, g.bond);
    }

    /// @dev Reckons a move of the challenger.
    function _spend(Game memory g, uint256 figure) internal pure returns (Game memory) {
        g.gasUsed += uint32(figure);
        return g;
    }

    /// @dev The one effect of every proof and of the asserter's silence.
    function _challengerWins(GameId gameId, Game memory g) internal {
        // INVARIANT: who opens a game and wins in one block could have copied the proof from a transaction that waits.
        if (g.openedIn == block.number) revert DisputeGame_OpenedInThisBlock(gameId);
        if (_kills[g.assertion].order != 0) revert DisputeGame_NotInProgress(gameId);
        Kill storage kill = _kills[g.assertion];
        kill.order = g.order;
        kill.time = uint40(block.timestamp);
        kill.blockNumber = uint40(block.number);
        kill.window = PARAMETERS.vaultRules().claimWindow;
        _resolve(gameId, g, GameStatus.CHALLENGER_WINS);
        OPERATORS.transferPayout(g.challenger, g.bond);
        uint256 reward = ORACLE.defeat(g.assertion, gameId, _cost(g));
        kill.reward = uint96(reward);
        emit RewardReserved(g.assertion, reward);
    }

    /// @dev Wei that a winner's moves are reckoned to have cost: fixed figures of gas, at a price that the winner cannot raise alone. Without
    ///      branches, so that an estimate made at a gas price of zero is right to the gas.
    function _cost(Game memory g) private view returns (uint256) {
        uint256 price = Math.min(Math.min(tx.gasprice, 2 * block.basefee), g.gasPrice);
        return (GameGas.OPEN + g.gasUsed) * price;
    }

    /// @dev Arises only from the challenger's clock. Other games over the assertion go on.
    function _defenderWins(GameId gameId, Game memory g) private {
        _resolve(gameId, g, GameStatus.DEFENDER_WINS);
        (address asserter, address consumer, uint256 delayPrice) = ORACLE.gameClosed(g.assertion);
        OPERATORS.transferPayout(consumer, delayPrice);
        OPERATORS.transferPayout(asserter, g.bond - delayPrice);
    }

    function _resolve(GameId gameId, Game memory g, GameStatus status) private {
        _games[gameId].status = status;
        emit GameResolved(gameId, g.assertion, status);
    }

    /// @dev The defender's gas at the price that bonds reckon with, and a margin.
    function _bond(GameRules memory rules, uint256 baseFee) private pure returns (uint256) {
        uint256 price = Bonds.gasPriceFor(rules.gasPrice, rules.baseFeeMultiple, baseFee);
        return Bonds.challengerBond(GameGas.DEFENDER, price, rules.marginBps, rules.minBond);
    }
}
