using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baeum;

/// <summary>
/// Philox4x32-10 (Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", 2011): each block of four words is a function of key
/// and counter alone, so a stream can be split into any number of independent ones. Layers that need their own noise (drop-out) and
/// workers that run side by side take a <see cref="Split"/> each and stay reproducible whatever the order they run in.
/// </summary>
public sealed class PhiloxRandom : RandomGenerator
{
    private const uint StateTag = 0x4c485042;
    private const int StateBody = 8 + 16 + 1 + 1 + 8;
    private const int FourBlocks = 16;

    private ulong _key;
    private UInt128 _counter;
    private uint _word0, _word1, _word2, _word3;
    private int _used = 4;
    private double _cachedNormal;
    private bool _hasCachedNormal;

    /// <summary>The stream of this seed; every seed gives another one.</summary>
    public PhiloxRandom(ulong seed) => _key = seed;

    /// <summary>
    /// An independent stream, fixed by this one's seed and <paramref name="index"/> alone: what has been drawn so far does not matter,
    /// and this stream does not move.
    /// </summary>
    public PhiloxRandom Split(ulong index)
    {
        // counters with the top bit set are never reached by drawing, so a child's key is no number that the parent gives out
        Block(_key, new UInt128(1UL << 63, index), out uint a, out uint b, out _, out _);
        return new PhiloxRandom(((ulong)b << 32) | a);
    }

    /// <summary>Ten rounds over one counter: the four words of a block.</summary>
    internal static void Block(ulong key, UInt128 counter, out uint word0, out uint word1, out uint word2, out uint word3)
    {
        uint c0 = (uint)counter, c1 = (uint)(counter >> 32), c2 = (uint)(counter >> 64), c3 = (uint)(counter >> 96);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong left = 0xD2511F53UL * c0, right = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(right >> 32) ^ c1 ^ k0, (uint)right, (uint)(left >> 32) ^ c3 ^ k1, (uint)left);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        (word0, word1, word2, word3) = (c0, c1, c2, c3);
    }

    private uint NextUInt32()
    {
        if (_used == 4)
        {
            Block(_key, _counter++, out _word0, out _word1, out _word2, out _word3);
            _used = 0;
        }
        return _used++ switch { 0 => _word0, 1 => _word1, 2 => _word2, _ => _word3 };
    }

    private ulong NextUInt64()
    {
        ulong upper = NextUInt32();
        return (upper << 32) | NextUInt32();
    }

    private protected override double Sample() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    private protected override float SampleSingle() => (NextUInt32() >> 8) * (1.0f / (1 << 24));

    /// <summary>Box-Muller; 1 - u keeps the logarithm away from 0.</summary>
    private protected override double NextNormal()
    {
        if (_hasCachedNormal)
        {
            _hasCachedNormal = false;
            return _cachedNormal;
        }
        double radius = Math.Sqrt(-2 * Math.Log(1 - Sample()));
        var (sine, cosine) = Math.SinCos(Math.Tau * Sample());
        _cachedNormal = radius * sine;
        _hasCachedNormal = true;
        return radius * cosine;
    }

    /// <inheritdoc/>
    public override void Integers(Span<long> destination, long low, long high)
    {
        CheckIntegers(low, high);
        ulong range = (ulong)high - (ulong)low;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (long)((ulong)low + Below(range));
    }

    /// <summary>Lemire's unbiased draw from [0, range).</summary>
    private ulong Below(ulong range)
    {
        ulong threshold = unchecked(0UL - range) % range;
        while (true)
        {
            ulong value = Math.BigMul(NextUInt64(), range, out ulong low);
            if (low >= threshold)
                return value;
        }
    }

    /// <inheritdoc/>
    public override void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = (int)Below((ulong)i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <inheritdoc/>
    public override void Bernoulli(Span<bool> destination, double probability)
    {
        CheckProbability(probability);
        ulong threshold = (ulong)(probability * 4294967296.0);
        int i = 0;
        for (; i < destination.Length && _used < 4; i++)
            destination[i] = NextUInt32() < threshold;
        Span<uint> words = stackalloc uint[FourBlocks];
        for (; Avx2.IsSupported && i <= destination.Length - FourBlocks; i += FourBlocks)
        {
            Blocks(_key, _counter, words);
            _counter += 4;
            var part = destination.Slice(i, FourBlocks);
            for (int j = 0; j < FourBlocks; j++)
                part[j] = words[j] < threshold;
        }
        for (; i < destination.Length; i++)
            destination[i] = NextUInt32() < threshold;
    }

    /// <summary>The words of four blocks side by side: the rounds of <see cref="Block"/> on one lane a block.</summary>
    private static void Blocks(ulong key, UInt128 counter, Span<uint> words)
    {
        Vector256<ulong> c0 = Vector256.Create((uint)counter, (uint)(counter + 1), (uint)(counter + 2), (ulong)(uint)(counter + 3));
        Vector256<ulong> c1 = Vector256.Create((ulong)(counter >> 32), (ulong)((counter + 1) >> 32), (ulong)((counter + 2) >> 32), (ulong)((counter + 3) >> 32));
        Vector256<ulong> c2 = Vector256.Create((ulong)(counter >> 64), (ulong)((counter + 1) >> 64), (ulong)((counter + 2) >> 64), (ulong)((counter + 3) >> 64));
        Vector256<ulong> c3 = Vector256.Create((ulong)(counter >> 96), (ulong)((counter + 1) >> 96), (ulong)((counter + 2) >> 96), (ulong)((counter + 3) >> 96));
        Vector256<ulong> multiplier0 = Vector256.Create(0xD2511F53UL), multiplier1 = Vector256.Create(0xCD9E8D57UL);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            // the product takes the lower halves of its factors alone, so what stands in the upper halves does no harm
            Vector256<ulong> left = Avx2.Multiply(c0.AsUInt32(), multiplier0.AsUInt32()), right = Avx2.Multiply(c2.AsUInt32(), multiplier1.AsUInt32());
            c0 = (right >>> 32) ^ c1 ^ Vector256.Create((ulong)k0);
            c2 = (left >>> 32) ^ c3 ^ Vector256.Create((ulong)k1);
            (c1, c3) = (right, left);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        Span<ulong> lanes = stackalloc ulong[FourBlocks];
        c0.CopyTo(lanes);
        c1.CopyTo(lanes[4..]);
        c2.CopyTo(lanes[8..]);
        c3.CopyTo(lanes[12..]);
        for (int i = 0; i < words.Length; i++)
            words[i] = (uint)lanes[4 * (i & 3) + (i >> 2)];
    }

    /// <inheritdoc/>
    public override byte[] GetState()
    {
        var state = new byte[4 + StateBody];
        BinaryPrimitives.WriteUInt32LittleEndian(state, StateTag);
        BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(4), _key);
        BinaryPrimitives.WriteUInt128LittleEndian(state.AsSpan(12), _counter);
        state[28] = (byte)_used;
        state[29] = _hasCachedNormal ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteDoubleLittleEndian(state.AsSpan(30), _cachedNormal);
        return state;
    }

    /// <inheritdoc/>
    public override void SetState(ReadOnlySpan<byte> state)
    {
        var body = OpenState(state, StateTag, StateBody);
        int used = body[24];
        var counter = BinaryPrimitives.ReadUInt128LittleEndian(body[8..]);
        if (used > 4 || body[25] > 1 || (used < 4 && counter == 0))
            ThrowState("impossible position");
        _key = BinaryPrimitives.ReadUInt64LittleEndian(body);
        _counter = counter;
        _used = used;
        if (used < 4)
            Block(_key, counter - 1, out _word0, out _word1, out _word2, out _word3);
        _hasCachedNormal = body[25] == 1;
        _cachedNormal = BinaryPrimitives.ReadDoubleLittleEndian(body[26..]);
    }
}
