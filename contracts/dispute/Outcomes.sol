// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, GameStatus, IDisputeGame, Kill} from "../interfaces/IDisputeGame.sol";
import {Assertion} from "../interfaces/IInferenceOracle.sol";
import {Clock, Side} from "../types/Clock.sol";
import {AssertionId, GameId} from "../types/Ids.sol";
import {ROOT} from "../types/Position.sol";
import {GameStore} from "./GameStore.sol";

/// @title How games begin and end, and where their bonds go
abstract contract Outcomes is GameStore {
    /// @dev Share of a lost challenger bond that pays the consumer for the delay, in basis points; the rest pays the asserter.
    uint256 internal constant DELAY_BPS = 2_500;
    uint256 internal constant BPS = 10_000;

    uint256 private immutable _BOND;

    constructor(uint256 bond) {
        _BOND = bond;
    }

    /// @inheritdoc IDisputeGame
    function challengerBond() public view returns (uint256) {
        return _BOND;
    }

    /// @inheritdoc IDisputeGame
    function open(AssertionId assertionId, bytes32 root) external payable returns (GameId gameId) {
        if (msg.value != _BOND) revert DisputeGame_WrongBond(_BOND, msg.value);
        gameId = GameId.wrap(keccak256(abi.encode(assertionId, msg.sender, root)));
        Game storage g = _games[gameId];
        if (g.status != GameStatus.NONE) revert DisputeGame_AlreadyOpen(gameId);
        ORACLE.gameOpened(assertionId);
        g.assertion = assertionId;
        g.challenger = msg.sender;
        g.openedIn = uint40(block.number);
        g.order = _gameCount[assertionId]++;
        g.status = GameStatus.IN_PROGRESS;
        g.position = ROOT;
        g.root = root;
        g.node = ORACLE.assertion(assertionId).traceRoot;
        Side turn = _revealedAt[_place(g)] == 0 ? Side.ASSERTER : Side.CHALLENGER;
        g.clock = Clock({turn: turn, since: uint40(block.timestamp), asserter: CLOCK, challenger: CLOCK});
        emit GameOpened(gameId, assertionId, msg.sender, root);
        OPERATORS.credit{value: msg.value}(address(this));
    }

    /// @inheritdoc IDisputeGame
    function timeout(GameId gameId) external {
        Game storage g = _inProgress(gameId);
        Clock memory clock = _clockNow(g);
        if (!clock.expired(block.timestamp)) revert DisputeGame_NotExpired(gameId);
        if (clock.turn == Side.ASSERTER) _challengerWins(gameId, g);
        else _defenderWins(gameId, g);
    }

    /// @inheritdoc IDisputeGame
    function refund(GameId gameId) external {
        Game storage g = _games[gameId];
        if (g.status != GameStatus.IN_PROGRESS) revert DisputeGame_NotInProgress(gameId);
        if (GameId.unwrap(_kills[g.assertion].game) == 0) revert DisputeGame_AssertionStands(g.assertion);
        _resolve(gameId, g, GameStatus.VOID);
        OPERATORS.transferPayout(g.challenger, _BOND);
    }

    /// @dev The one effect of every proof and of the asserter's silence.
    function _challengerWins(GameId gameId, Game storage g) internal {
        _kills[g.assertion] = Kill({game: gameId, time: uint40(block.timestamp), blockNumber: uint40(block.number)});
        _resolve(gameId, g, GameStatus.CHALLENGER_WINS);
        OPERATORS.transferPayout(g.challenger, _BOND);
        ORACLE.defeat(g.assertion, gameId, 0);
    }

    /// @dev Arises only from the challenger's clock. Other games over the assertion go on.
    function _defenderWins(GameId gameId, Game storage g) private {
        _resolve(gameId, g, GameStatus.DEFENDER_WINS);
        Assertion memory a = ORACLE.assertion(g.assertion);
        uint256 delay = _BOND * DELAY_BPS / BPS;
        OPERATORS.transferPayout(ORACLE.request(a.request).consumer, delay);
        OPERATORS.transferPayout(a.asserter, _BOND - delay);
        ORACLE.gameClosed(g.assertion);
    }

    function _resolve(GameId gameId, Game storage g, GameStatus status) private {
        g.status = status;
        emit GameResolved(gameId, g.assertion, status);
    }
}
