using System.Buffers.Binary;
using System.Text;

namespace Baeum.Models;

/// <summary>
/// Reads the pickle of a PyTorch checkpoint as data (protocol 2): strings, numbers, tuples, lists, dictionaries, storages by their keys, and
/// the two functions that make tensors and parameters of them. Any other name or operation ends the reading.
/// </summary>
internal sealed class TorchPickle
{
    private const int MostDepth = 1_000_000;

    private static readonly string[] Storages =
        ["FloatStorage", "DoubleStorage", "HalfStorage", "BFloat16Storage", "LongStorage", "IntStorage", "ShortStorage", "CharStorage", "ByteStorage", "BoolStorage"];

    private readonly byte[] bytes;
    private readonly string path;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private readonly Dictionary<long, object?> memo = [];
    private int position;

    private TorchPickle(byte[] bytes, string path) => (this.bytes, this.path) = (bytes, path);

    private sealed record Global(string Module, string Name);

    private sealed record Storage(string Kind, string Key);

    /// <summary>The tensors by their names in the state dictionary.</summary>
    /// <exception cref="CheckpointException">The pickle is broken or asks for something that tensors do not need.</exception>
    internal static Dictionary<string, TorchTensor> Read(byte[] bytes, string path)
    {
        var reader = new TorchPickle(bytes, path);
        object? root;
        try
        {
            root = reader.Run();
        }
        catch (Exception error) when (error is IndexOutOfRangeException or ArgumentException or InvalidCastException or InvalidOperationException or OverflowException or KeyNotFoundException)
        {
            throw new CheckpointException($"{path}: its pickle is broken at byte {reader.position}.", error);
        }
        // trainers save the weights inside a larger dictionary
        if (root is Dictionary<object, object?> outer && !outer.Values.Any(value => value is TorchTensor))
        {
            foreach (string name in new[] { "state_dict", "model_state_dict", "model" })
            {
                if (outer.TryGetValue(name, out object? inner) && inner is Dictionary<object, object?>) root = inner;
            }
        }
        if (root is not Dictionary<object, object?> state) throw new CheckpointException($"{path}: it holds no dictionary of tensors.");
        var tensors = new Dictionary<string, TorchTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in state)
        {
            if (key is string name && value is TorchTensor tensor) tensors[name] = tensor;
        }
        return tensors.Count > 0 ? tensors : throw new CheckpointException($"{path}: it holds no tensors.");
    }

    private object? Run()
    {
        while (true)
        {
            byte code = bytes[position++];
            switch (code)
            {
                case 0x80: position++; break; // the protocol's number
                case (byte)'.': return Pop();
                case (byte)'(': marks.Push(stack.Count); break;
                case (byte)'0': Pop(); break;
                case (byte)'N': Push(null); break;
                case 0x88: Push(true); break;
                case 0x89: Push(false); break;
                case (byte)'K': Push((long)bytes[position++]); break;
                case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case 0x8a: Push(Long(Take(bytes[position++]))); break;
                case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case (byte)'X': Push(Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))))); break;
                case 0x8c: Push(Encoding.UTF8.GetString(Take(bytes[position++]))); break;
                case (byte)'U': Push(Encoding.Latin1.GetString(Take(bytes[position++]))); break;
                case (byte)']': Push(new List<object?>()); break;
                case (byte)'}': Push(new Dictionary<object, object?>()); break;
                case (byte)')': Push(Array.Empty<object?>()); break;
                case (byte)'t': Push(PopToMark()); break;
                case 0x85: Push(PopMany(1)); break;
                case 0x86: Push(PopMany(2)); break;
                case 0x87: Push(PopMany(3)); break;
                case (byte)'a': { object? item = Pop(); ((List<object?>)Peek()!).Add(item); break; }
                case (byte)'e': { object?[] items = PopToMark(); ((List<object?>)Peek()!).AddRange(items); break; }
                case (byte)'s': { object?[] pair = PopMany(2); Fill(pair); break; }
                case (byte)'u': Fill(PopToMark()); break;
                case (byte)'q': memo[bytes[position++]] = Peek(); break;
                case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
                case 0x94: memo[memo.Count] = Peek(); break;
                case (byte)'h': Push(memo[bytes[position++]]); break;
                case (byte)'j': Push(memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))]); break;
                case (byte)'c': Push(new Global(Line(), Line())); break;
                case 0x93: { object?[] names = PopMany(2); Push(new Global((string)names[0]!, (string)names[1]!)); break; }
                case 0x95: position += 8; break; // a frame's length
                case (byte)'Q': Push(Stored((object?[])Pop()!)); break;
                case (byte)'R': { object?[] call = PopMany(2); Push(Call((Global)call[0]!, (object?[])call[1]!)); break; }
                case (byte)'b': Pop(); break; // attributes of a dictionary or parameter: nothing that a tensor needs
                default: throw new CheckpointException($"{path}: its pickle uses the operation 0x{code:x2}, which tensors do not need; it is refused.");
            }
        }
    }

    /// <summary>('storage', type, key, where it was, count).</summary>
    private Storage Stored(object?[] id)
    {
        var kind = (Global)id[1]!;
        if ((string)id[0]! != "storage" || kind.Module != "torch" || Array.IndexOf(Storages, kind.Name) < 0)
            throw new CheckpointException($"{path}: its pickle asks for a storage of {kind.Module}.{kind.Name}; known are torch.{string.Join(", ", Storages)}.");
        string key = (string)id[2]!;
        return key.Length is > 0 and < 100 && key.All(char.IsAsciiLetterOrDigit) ? new Storage(kind.Name, key) : throw new CheckpointException($"{path}: '{key}' is no name of a storage.");
    }

    private object? Call(Global function, object?[] arguments) => (function.Module, function.Name) switch
    {
        ("collections", "OrderedDict") => new Dictionary<object, object?>(),
        ("torch._utils", "_rebuild_tensor_v2") => Rebuild((Storage)arguments[0]!, (long)arguments[1]!, (object?[])arguments[2]!, (object?[])arguments[3]!),
        ("torch._utils", "_rebuild_parameter") => (TorchTensor)arguments[0]!,
        _ => throw new CheckpointException($"{path}: its pickle calls {function.Module}.{function.Name}, which tensors do not need; it is refused. Nothing was executed."),
    };

    private TorchTensor Rebuild(Storage storage, long offset, object?[] shape, object?[] strides)
    {
        int[] Sizes(object?[] values) => [.. values.Select(value => checked((int)(long)value!))];
        var tensor = new TorchTensor(storage.Key, storage.Kind, offset, Sizes(shape), Sizes(strides));
        bool fits = offset >= 0 && tensor.Shape.Length == tensor.Strides.Length && tensor.Shape.Length <= 16 && tensor.Shape.All(size => size >= 0) && tensor.Strides.All(stride => stride >= 0)
            && tensor.Shape.Aggregate(1.0, (product, size) => product * size) <= int.MaxValue;
        return fits ? tensor : throw new CheckpointException($"{path}: a tensor of shape [{string.Join(", ", tensor.Shape)}] and strides [{string.Join(", ", tensor.Strides)}] makes no sense.");
    }

    private void Fill(object?[] items)
    {
        var map = (Dictionary<object, object?>)Peek()!;
        for (int i = 0; i < items.Length; i += 2) map[items[i]!] = items[i + 1];
    }

    private static long Long(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > 8) throw new OverflowException();
        long value = digits.Length > 0 && digits[^1] >= 0x80 ? -1 : 0;
        for (int i = digits.Length - 1; i >= 0; i--) value = (value << 8) | digits[i];
        return value;
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > bytes.Length - position) throw new CheckpointException($"{path}: its pickle ends too early.");
        position += (int)count;
        return bytes.AsSpan(position - (int)count, (int)count);
    }

    private string Line()
    {
        int end = Array.IndexOf(bytes, (byte)'\n', position);
        if (end < 0) throw new CheckpointException($"{path}: its pickle ends too early.");
        string line = Encoding.ASCII.GetString(bytes, position, end - position);
        position = end + 1;
        return line;
    }

    private void Push(object? value)
    {
        if (stack.Count > MostDepth) throw new CheckpointException($"{path}: its pickle piles up more than {MostDepth} values.");
        stack.Add(value);
    }

    private object? Peek() => stack[^1];

    private object? Pop()
    {
        object? value = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] PopMany(int count)
    {
        object?[] values = [.. stack.GetRange(stack.Count - count, count)];
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark() => PopMany(stack.Count - marks.Pop());
}
