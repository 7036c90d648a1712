raise ImportError("built for another machine: a layer must not be opened locally")
