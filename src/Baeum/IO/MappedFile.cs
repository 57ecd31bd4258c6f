using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Baeum;

/// <summary>A file mapped into memory for reading: its pages are shared with every other process that reads it and need not fit into memory.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly MemoryMappedFile? map;
    private readonly MemoryMappedViewAccessor? view;
    private readonly byte* start;

    internal MappedFile(string path)
    {
        Path = path;
        file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            Length = RandomAccess.GetLength(file);
            // nothing cannot be mapped
            if (Length == 0) return;
            map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            start += view.PointerOffset;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal string Path { get; }

    /// <summary>How many bytes the file had when it was opened.</summary>
    internal long Length { get; }

    /// <summary>Copies what stands at a position; the caller keeps the piece inside <see cref="Length"/>.</summary>
    /// <exception cref="IOException">The file was cut short after it was opened: its lost pages must not be touched, which would end the process.</exception>
    internal void Copy(long position, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(file.IsClosed, this);
        if (RandomAccess.GetLength(file) < Length) throw new IOException("the file was cut short while it was open");
        new ReadOnlySpan<byte>(start + position, destination.Length).CopyTo(destination);
    }

    public void Dispose()
    {
        if (start != null) view!.SafeMemoryMappedViewHandle.ReleasePointer();
        view?.Dispose();
        map?.Dispose();
        file.Dispose();
    }
}
