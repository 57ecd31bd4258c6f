using System.Buffers.Binary;

namespace Baeum;

/// <summary>What the two streams over the Mersenne Twister share: it, the normal number drawn ahead, and their bytes.</summary>
public abstract class TwisterRandom : RandomGenerator
{
    private const int BodyLength = MersenneTwister.StateLength + 9;
    private readonly uint tag;

    private protected TwisterRandom(uint seed, uint tag)
    {
        Twister = new MersenneTwister(seed);
        this.tag = tag;
    }

    private protected MersenneTwister Twister { get; }

    /// <summary>Normal numbers come in pairs: the second waits here.</summary>
    private protected double? WaitingNormal { get; set; }

    /// <inheritdoc/>
    public sealed override byte[] GetState()
    {
        var state = new byte[4 + BodyLength];
        BinaryPrimitives.WriteUInt32LittleEndian(state, tag);
        Twister.Write(state.AsSpan(4));
        BinaryPrimitives.WriteDoubleLittleEndian(state.AsSpan(4 + MersenneTwister.StateLength), WaitingNormal ?? 0);
        state[^1] = WaitingNormal is null ? (byte)0 : (byte)1;
        return state;
    }

    /// <inheritdoc/>
    public sealed override void SetState(ReadOnlySpan<byte> state)
    {
        var body = OpenState(state, tag, BodyLength);
        if (body[^1] > 1 || !Twister.TryRead(body))
            ThrowState("impossible position");
        WaitingNormal = body[^1] == 1 ? BinaryPrimitives.ReadDoubleLittleEndian(body[MersenneTwister.StateLength..]) : null;
    }
}
