"""Writes small files of ImageNet-32's format as Python does, into the folder given.

    write-pickles.py <folder> <images> stand-in    without numpy: modules of its name that pickle names just so
    write-pickles.py <folder> <images> numpy       with numpy itself
"""

import pickle
import struct
import sys
import types


def pixels(images):
    return bytes((place * 7 + (place >> 8) * 13) & 255 for place in range(images * 3072))


def labels(images):
    return [1 + (image * 37) % 1000 for image in range(images)]


def stand_in(core):
    """Stands in for numpy, whose core was called numpy.core before version 2 and numpy._core since."""

    class dtype:
        def __init__(self, code, align=False, copy=True):
            self.code = code

        def __reduce__(self):
            order = '|' if self.code == 'u1' else '<'
            return (dtype, (self.code, False, True), (3, order, None, None, None, -1, -1, 0))

        def __setstate__(self, state):
            pass

    class ndarray:
        def __init__(self, shape=(), code='u1', data=b''):
            self.shape, self.code, self.data = shape, code, data

        def __reduce_ex__(self, protocol):
            if protocol >= 5:
                buffer = pickle.PickleBuffer(bytearray(self.data))
                return (_frombuffer, (buffer, dtype(self.code), self.shape, 'C'))
            return (_reconstruct, (ndarray, (0,), b'b'), (1, self.shape, dtype(self.code), False, self.data))

        def __setstate__(self, state):
            _, self.shape, self.dtype, _, self.data = state

    def _reconstruct(kind, shape, code):
        return kind()

    def _frombuffer(buffer, kind, shape, order):
        return ndarray(shape, kind.code, bytes(buffer))

    def scalar(kind, data):
        return int.from_bytes(data, 'little')

    class integer:
        def __init__(self, value):
            self.value = value

        def __reduce__(self):
            return (scalar, (dtype('i8'), struct.pack('<q', self.value)))

    homes = {'numpy': [dtype, ndarray], core + '.multiarray': [_reconstruct, scalar], core + '.numeric': [_frombuffer]}
    for name in ['numpy', core, core + '.multiarray', core + '.numeric']:
        sys.modules[name] = module = types.ModuleType(name)
        for thing in homes.get(name, []):
            thing.__module__, thing.__qualname__ = name, thing.__name__
            setattr(module, thing.__name__, thing)
    array = lambda shape, data, code: ndarray(shape, code, data)
    return array, integer


def python2(images):
    """What cPickle of Python 2 writes with protocol 2, put together by hand."""
    data = pixels(images)
    dtype = b"cnumpy\ndtype\nq\x06U\x02u1K\x00K\x01\x87Rq\x07(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    array = (
        b'cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\nq\x04K\x00\x85U\x01b\x87Rq\x05(K\x01'
        + b'K' + bytes([images]) + b'M\x00\x0c\x86' + dtype + b'\x89T' + struct.pack('<i', len(data)) + data + b'tb'
    )
    list_of = b''.join(b'M' + struct.pack('<H', label) for label in labels(images))
    return b'\x80\x02}q\x01(U\x04dataq\x02' + array + b'U\x06labelsq\x08]q\x09(' + list_of + b'eu.'


def write(folder, images, mode):
    files = {}
    if mode == 'stand-in':
        for core in ['numpy.core', 'numpy._core']:
            array, integer = stand_in(core)
            batch = {
                'data': array((images, 3072), pixels(images), 'u1'),
                'labels': labels(images),
                'mean': array((3,), struct.pack('<3d', 0.5, 0.25, 0.125), 'f8'),
            }
            for protocol in range(6):
                files[f'{core}-protocol-{protocol}'] = pickle.dumps(batch, protocol)
            files[f'{core}-scalars'] = pickle.dumps({**batch, 'labels': [integer(n) for n in labels(images)]}, 4)
        stand_in('numpy.core')
        files['python-2'] = python2(images)
        # Python itself reads it too.
        read = pickle.loads(files['python-2'], encoding='latin1')
        assert read['labels'] == labels(images) and read['data'].data.encode('latin1') == pixels(images)
    else:
        import numpy

        data = numpy.frombuffer(pixels(images), numpy.uint8).reshape(images, 3072).copy()
        batch = {'data': data, 'labels': labels(images), 'mean': data.mean(0)}
        for protocol in range(6):
            files[f'protocol-{protocol}'] = pickle.dumps(batch, protocol)
        files['array-labels'] = pickle.dumps({'data': data, 'labels': numpy.array(labels(images))}, 5)
        files['big-endian-labels'] = pickle.dumps({'data': data, 'labels': numpy.array(labels(images), '>i4')}, 2)
        files['fortran-order'] = pickle.dumps({'data': numpy.asfortranarray(data), 'labels': labels(images)}, 3)
        for name, save in [('stored.npz', numpy.savez), ('compressed.npz', numpy.savez_compressed)]:
            save(f'{folder}/{name}', data=data, labels=numpy.array(labels(images)), mean=data.mean(0))
    for name, content in files.items():
        with open(f'{folder}/{name}', 'wb') as file:
            file.write(content)


if __name__ == '__main__':
    write(sys.argv[1], int(sys.argv[2]), sys.argv[3])
